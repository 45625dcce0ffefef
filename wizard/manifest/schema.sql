-- The manifest of one migration. Read this first: the program is what fills it in.
--
-- Paths are BLOBs, exactly as the operating system gave them (os.fsencode): a file name on Linux need not be
-- valid Unicode. Times are seconds since 1970 (UTC). Texts are decoded for display and never sent.
--
-- It is run once for a new manifest, and again after an older one's tables were altered: it makes what is not there.

PRAGMA application_id = 0x44504d57;  -- "DPMW"

-- What this migration is: destination, program version, filter and so on, one row each (values are JSON).
CREATE TABLE IF NOT EXISTS setting (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

-- The folders the person chose, by their real path.
CREATE TABLE IF NOT EXISTS root (
    id   INTEGER PRIMARY KEY,
    path BLOB NOT NULL UNIQUE
);

-- Each time the source was read. `files` is the walk's own count: the ledger is balanced against it. `opened` counts
-- those that were opened; the others had not changed since an earlier reading.
CREATE TABLE IF NOT EXISTS reading (
    id      INTEGER PRIMARY KEY,
    started REAL NOT NULL,
    ended   REAL,                       -- NULL: stopped or killed before the end
    files   INTEGER NOT NULL DEFAULT 0,
    opened  INTEGER NOT NULL DEFAULT 0
);

-- Every folder seen; a reason says why one could not be opened, and stands beside the ledger.
--
-- A reason is a code of wizard/reasons and the values of its sentence (JSON; '' for none), here and in the tables below.
-- The code is '' where there is no reason.
CREATE TABLE IF NOT EXISTS folder (
    id      INTEGER PRIMARY KEY,
    path    BLOB NOT NULL UNIQUE,
    reading INTEGER NOT NULL REFERENCES reading,
    error_code   TEXT NOT NULL DEFAULT '',
    error_values TEXT NOT NULL DEFAULT ''
);

CREATE TABLE IF NOT EXISTS patient (
    id         INTEGER PRIMARY KEY,
    patient_id TEXT NOT NULL,
    issuer     TEXT NOT NULL,
    name       TEXT NOT NULL,
    birth_date TEXT NOT NULL,
    sex        TEXT NOT NULL,
    search     TEXT NOT NULL,           -- name and ID, case folded: for the filter and the order
    UNIQUE (patient_id, issuer, name, birth_date, sex)
);
CREATE INDEX IF NOT EXISTS patient_by_search ON patient (search, id);

-- One study under two patients is two rows: that is what the archive says, and what Check warns of.
CREATE TABLE IF NOT EXISTS study (
    id          INTEGER PRIMARY KEY,
    patient     INTEGER NOT NULL REFERENCES patient,
    study_uid   TEXT NOT NULL,
    study_date  TEXT,                   -- YYYYMMDD; NULL: none, or not a date
    study_time  TEXT NOT NULL,
    accession   TEXT NOT NULL,
    description TEXT NOT NULL,
    institution TEXT NOT NULL DEFAULT '',
    turn        INTEGER NOT NULL DEFAULT 1,  -- 0: a person wants it copied before all others
    UNIQUE (patient, study_uid)
);
CREATE INDEX IF NOT EXISTS study_by_date ON study (turn, COALESCE(study_date, ''));

-- Chosen is what is shown (inside the filter) and ticked. `images`, `bytes` (what can be sent) and `problems`
-- (what cannot) are counted at the end of each reading, so that the tree need not touch the entries.
CREATE TABLE IF NOT EXISTS series (
    id          INTEGER PRIMARY KEY,
    study       INTEGER NOT NULL REFERENCES study,
    series_uid  TEXT NOT NULL,
    modality    TEXT NOT NULL,
    number      TEXT NOT NULL,
    description TEXT NOT NULL,
    shown       INTEGER NOT NULL DEFAULT 1,
    ticked      INTEGER NOT NULL DEFAULT 1,
    images      INTEGER NOT NULL DEFAULT 0,
    bytes       INTEGER NOT NULL DEFAULT 0,
    problems    INTEGER NOT NULL DEFAULT 0,
    UNIQUE (study, series_uid)
);

-- The pairs of SOP class and transfer syntax in the archive, and whether the destination takes them; and those that
-- it was asked about in the connection test, perhaps before the archive was read.
CREATE TABLE IF NOT EXISTS kind (
    id              INTEGER PRIMARY KEY,
    sop_class       TEXT NOT NULL,
    transfer_syntax TEXT NOT NULL,
    result          INTEGER,            -- PS3.8 table 9-18: 0 accepted, 3 class, 4 syntax not supported; NULL: not asked
    asked           REAL,
    UNIQUE (sop_class, transfer_syntax)
);

-- Every file seen below the source, whatever it is. `bucket` is where it ended up; a `pending` entry of a series
-- that is not chosen counts as left out (see the view). `tries` counts how often it failed to be sent while others
-- passed; `put_off` is 1 after it was sent and is to be sent again, behind all others of its study.
--
-- `topic` and `finding_…` are what reading found remarkable, as a word and as a reason; they stay as they are when a
-- person decides to send the file all the same. `lane` is what was decided: 0 it goes in its turn,
-- 1 it goes last and alone, 2 it is left out.
CREATE TABLE IF NOT EXISTS entry (
    id              INTEGER PRIMARY KEY,
    folder          INTEGER NOT NULL REFERENCES folder,
    name            BLOB NOT NULL,
    size            INTEGER NOT NULL,
    mtime_ns        INTEGER NOT NULL,
    reading         INTEGER NOT NULL REFERENCES reading,
    bucket          TEXT NOT NULL CHECK (bucket IN (
                        'pending', 'copied', 'copied_with_remark', 'already_there', 'duplicate', 'conflict',
                        'held_back', 'damaged', 'index', 'not_dicom', 'unreadable', 'changed', 'refused',
                        'unknown')),
    reason_code     TEXT NOT NULL DEFAULT '',
    reason_values   TEXT NOT NULL DEFAULT '',
    topic           TEXT NOT NULL DEFAULT '',
    finding_code    TEXT NOT NULL DEFAULT '',
    finding_values  TEXT NOT NULL DEFAULT '',
    lane            INTEGER NOT NULL DEFAULT 0,
    series          INTEGER REFERENCES series,
    kind            INTEGER REFERENCES kind,
    sop_uid         TEXT,
    dataset_offset  INTEGER,            -- where the data set begins, after the file meta information
    instance_number TEXT NOT NULL DEFAULT '',
    frames          INTEGER NOT NULL DEFAULT 1,
    sha256          BLOB,               -- of the data set, as sent or as compared
    same_as         INTEGER REFERENCES entry,
    tries           INTEGER NOT NULL DEFAULT 0,
    put_off         INTEGER NOT NULL DEFAULT 0,
    named           INTEGER,            -- 1: the destination named it when asked, 0: it did not, NULL: not asked
    named_time      REAL,
    grade           TEXT NOT NULL DEFAULT 'E',
    UNIQUE (folder, name)
);
CREATE INDEX IF NOT EXISTS entry_by_bucket ON entry (bucket, series, lane);
CREATE INDEX IF NOT EXISTS entry_by_series ON entry (series, bucket);
CREATE INDEX IF NOT EXISTS entry_by_uid ON entry (sop_uid) WHERE sop_uid IS NOT NULL;
CREATE INDEX IF NOT EXISTS entry_by_topic ON entry (topic) WHERE topic <> '';

-- The entries that are handed out to be sent, until it is written what became of them: see in_flight.py.
CREATE TABLE IF NOT EXISTS claim (
    entry INTEGER PRIMARY KEY REFERENCES entry
);

-- What an entry was before its file changed and was read again.
CREATE TABLE IF NOT EXISTS history (
    entry    INTEGER NOT NULL REFERENCES entry,
    reading  INTEGER NOT NULL REFERENCES reading,
    size     INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    bucket   TEXT NOT NULL,
    reason_code   TEXT NOT NULL,
    reason_values TEXT NOT NULL,
    sop_uid  TEXT,
    sha256   BLOB,
    named    INTEGER
);
CREATE INDEX IF NOT EXISTS history_by_entry ON history (entry);

-- What an object that is no image points to: SOP Instance UIDs. For a DICOMDIR, the files it lists (A/B/C).
CREATE TABLE IF NOT EXISTS reference (
    entry  INTEGER NOT NULL REFERENCES entry,
    target TEXT NOT NULL,
    PRIMARY KEY (entry, target)
) WITHOUT ROWID;

-- What a person decided about the entries of one topic; topics without a row are treated as the program proposes.
CREATE TABLE IF NOT EXISTS decision (
    topic  TEXT PRIMARY KEY,
    action TEXT NOT NULL CHECK (action IN ('leave_out', 'send', 'send_last')),
    time   REAL NOT NULL
) WITHOUT ROWID;

-- Every attempt to send, kept for ever.
CREATE TABLE IF NOT EXISTS attempt (
    id          INTEGER PRIMARY KEY,
    entry       INTEGER NOT NULL REFERENCES entry,
    time        REAL NOT NULL,
    association INTEGER NOT NULL,
    status      INTEGER,                -- NULL: no answer came
    comment     TEXT NOT NULL DEFAULT '',
    offending   TEXT NOT NULL DEFAULT '',
    bytes       INTEGER NOT NULL,
    seconds     REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS attempt_by_entry ON attempt (entry);

-- What else was learned when the destination was asked about a study. Found and missing are not kept here: they
-- are counted from the entries' `named`, so that no sum can go stale. `remarks` are reasons: a JSON list of code and
-- values in turn.
CREATE TABLE IF NOT EXISTS proof (
    study  INTEGER PRIMARY KEY REFERENCES study,
    time   REAL NOT NULL,
    extra  INTEGER NOT NULL,            -- instances at the destination that this archive does not hold
    remarks TEXT NOT NULL DEFAULT ''
);

-- Storage commitment (PS3.4 J): one row for each transaction that the destination was asked for.
CREATE TABLE IF NOT EXISTS commitment (
    transaction_uid TEXT PRIMARY KEY,
    study           INTEGER NOT NULL REFERENCES study,
    images          INTEGER NOT NULL,
    asked           REAL NOT NULL,
    status          INTEGER,            -- its answer to the N-ACTION; NULL: none came. It commits to nothing yet
    reported        REAL                -- when its N-EVENT-REPORT came; NULL: it did not come
) WITHOUT ROWID;

-- What the latest transaction about an entry came to.
CREATE TABLE IF NOT EXISTS promise (
    entry           INTEGER PRIMARY KEY REFERENCES entry,
    transaction_uid TEXT NOT NULL REFERENCES commitment,
    reason          INTEGER             -- 0: committed; else why not (PS3.3 C.14.1.1); NULL: no answer came
);

-- Entries that were read back from the destination and compared with their file; the reason says what differs.
CREATE TABLE IF NOT EXISTS sample (
    entry   INTEGER PRIMARY KEY REFERENCES entry,
    time    REAL NOT NULL,
    result  TEXT NOT NULL CHECK (result IN ('identical', 'same_values', 'different', 'not_checked')),
    reason_code   TEXT NOT NULL DEFAULT '',
    reason_values TEXT NOT NULL DEFAULT ''
);

-- The list of studies that a person got from the old PACS, to be compared with what lies in the folders.
CREATE TABLE IF NOT EXISTS listed (
    line      INTEGER PRIMARY KEY,      -- of the file, from 1
    study_uid TEXT NOT NULL,
    accession TEXT NOT NULL,
    images    INTEGER                   -- NULL: the list does not say
);

-- Each step that ran: when, and how it ended.
CREATE TABLE IF NOT EXISTS run (
    id      INTEGER PRIMARY KEY,
    step    TEXT NOT NULL,
    started REAL NOT NULL,
    ended   REAL,
    outcome TEXT NOT NULL DEFAULT 'interrupted'
);

-- The audit trail: who did what when, by the words of audit.py. It is only ever appended to.
CREATE TABLE IF NOT EXISTS audit (
    id       INTEGER PRIMARY KEY,
    time     REAL NOT NULL,
    user     TEXT NOT NULL,             -- of the operating system
    computer TEXT NOT NULL,
    operator TEXT NOT NULL,             -- the name that was typed; '' for none
    action   TEXT NOT NULL,
    subject  TEXT NOT NULL,
    details  TEXT NOT NULL              -- JSON
);
CREATE TRIGGER IF NOT EXISTS audit_is_not_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit trail is only appended to'); END;
CREATE TRIGGER IF NOT EXISTS audit_is_not_shortened BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit trail is only appended to'); END;
CREATE TRIGGER IF NOT EXISTS audit_is_not_replaced BEFORE INSERT ON audit WHEN NEW.id IN (SELECT id FROM audit)
BEGIN SELECT RAISE(ABORT, 'the audit trail is only appended to'); END;

-- The ledger: each entry once, in exactly one bucket.
DROP VIEW IF EXISTS ledger;
CREATE VIEW ledger AS
SELECT entry.*,
       CASE WHEN entry.bucket = 'pending' AND NOT (series.shown AND series.ticked AND entry.lane < 2) THEN 'left_out'
            ELSE entry.bucket END AS final_bucket,
       COALESCE(series.shown AND series.ticked AND entry.lane < 2, 0) AS chosen,
       CASE WHEN entry.bucket = 'pending' AND NOT series.shown THEN 'outside_filter'
            WHEN entry.bucket = 'pending' AND NOT series.ticked THEN 'unticked'
            WHEN entry.bucket = 'pending' AND entry.lane = 2 THEN 'by_decision'
            ELSE entry.reason_code END AS final_code,
       CASE WHEN entry.bucket = 'pending' AND NOT (series.shown AND series.ticked AND entry.lane < 2) THEN ''
            ELSE entry.reason_values END AS final_values
FROM entry LEFT JOIN series ON series.id = entry.series;
