"""The texts for the administrator, in English and German."""

from __future__ import annotations

from typing import NamedTuple

ENGLISH, GERMAN = "en", "de"


class LetterTexts(NamedTuple):
    """The two texts, and the phrases for values that are unknown or have more than one form."""

    connection: str
    commitment: str
    unknown: str
    which_unknown: str
    encrypted: str
    asked_elsewhere: str
    archive_not_read: str
    archive: str


TEXTS = {
    ENGLISH: LetterTexts(
        connection="""Connection for the copy of our old PACS

We would like to copy the images of our old PACS to {called_ae} at {address}. Please allow this computer to do so:

  Our AE title     {calling_ae}
  Computer         {name}
  Address          {addresses}
  Your port        {port} (TCP){encryption}

  Test             C-ECHO   Verification ({echo})
  Storing          C-STORE  the kinds of images below
  Asking           C-FIND   Study Root ({find}){asked_elsewhere}

All connections are opened from here; a firewall in between must let them in. The images are sent as they are, each in
the transfer syntax in which it is stored. Afterwards we ask for each of them by its SOP Instance UID.

{kinds}
""",
        commitment="""Storage commitment for the copy of our old PACS

We copy the images of our old PACS to {called_ae} at {address}. Before anything is decided about the old one, we would
like the new PACS to confirm by storage commitment (DICOM PS3.4, Annex J, push model) that it has taken over the images.
For that, please register this computer as a client of storage commitment:

  AE title         {calling_ae}
  Computer         {name}
  Address          {addresses}
  Port             {listen_port} (TCP)

The new PACS sends its reports (N-EVENT-REPORT) to that address and port, over a connection that it opens itself. A
firewall in between, or on this computer, must let that connection in. The port is open only while we wait for reports.
Requests (N-ACTION) come from this computer, under the same AE title.
""",
        unknown="(not known)",
        which_unknown="{} (which of them you see is not known)",
        encrypted=", encrypted (TLS 1.2 or newer)",
        asked_elsewhere=",\n                            at {called_ae}, {address}",
        archive_not_read="""\
Which kinds of images will come is not known yet, because the archive has not been read. Please allow all Storage SOP
classes, uncompressed and compressed.""",
        archive="The archive holds these kinds of images (SOP class, and below it the transfer syntaxes):",
    ),
    GERMAN: LetterTexts(
        connection="""Verbindung für die Kopie unseres alten PACS

Wir möchten die Bilder unseres alten PACS auf {called_ae} ({address}) kopieren. Bitte erlauben Sie das diesem Rechner:

  Unser AE-Titel   {calling_ae}
  Rechner          {name}
  Adresse          {addresses}
  Ihr Port         {port} (TCP){encryption}

  Test             C-ECHO   Verification ({echo})
  Speichern        C-STORE  die unten genannten Arten von Bildern
  Abfragen         C-FIND   Study Root ({find}){asked_elsewhere}

Alle Verbindungen werden von hier aufgebaut; eine Firewall dazwischen muss sie durchlassen. Die Bilder werden so
gesendet, wie sie sind, jedes in der Transfersyntax, in der es gespeichert ist. Danach fragen wir jedes einzelne mit
seiner SOP Instance UID ab.

{kinds}
""",
        commitment="""Storage Commitment für die Kopie unseres alten PACS

Wir kopieren die Bilder unseres alten PACS auf {called_ae} ({address}). Bevor über das alte entschieden wird, soll das
neue PACS durch Storage Commitment (DICOM PS3.4, Annex J, Push Model) bestätigen, dass es die Bilder übernommen hat.
Bitte tragen Sie dafür diesen Rechner als Teilnehmer am Storage Commitment ein:

  AE-Titel         {calling_ae}
  Rechner          {name}
  Adresse          {addresses}
  Port             {listen_port} (TCP)

Das neue PACS sendet seine Berichte (N-EVENT-REPORT) an diese Adresse und diesen Port, über eine Verbindung, die es
selbst aufbaut. Eine Firewall dazwischen oder auf diesem Rechner muss sie durchlassen. Der Port ist nur offen, solange
wir auf Berichte warten. Anfragen (N-ACTION) kommen von diesem Rechner, unter demselben AE-Titel.
""",
        unknown="(nicht bekannt)",
        which_unknown="{} (welche davon Sie sehen, ist nicht bekannt)",
        encrypted=", verschlüsselt (TLS 1.2 oder neuer)",
        asked_elsewhere=",\n                            bei {called_ae}, {address}",
        archive_not_read="""\
Welche Arten von Bildern kommen werden, ist noch nicht bekannt, weil das Archiv noch nicht gelesen wurde. Bitte erlauben
Sie alle SOP-Klassen des Storage Service, unkomprimiert und komprimiert.""",
        archive="Das Archiv enthält diese Arten von Bildern (SOP-Klasse, darunter die Transfersyntaxen):",
    ),
}
