"""Name the vendor of a peer's software by its implementation class UID and version name (PS3.7 D.3.3.2).

An implementation class UID begins with the root that was registered for its implementer (PS3.5 9), so that the root
names the vendor. The root of a toolkit names the toolkit, and not the program around it: Orthanc and many commercial
systems answer as DCMTK, and this table says no more than that: "…" stands for others with the same toolkit. The names
are data, the same in every language.
"""

from __future__ import annotations

#: Root of the UID -> vendor. The comment is the source.
_ROOTS = {
    "1.2.276.0.7230010.3.0.3": "DCMTK, Orthanc, …",  # DCMTK, dcuid.h; Orthanc 1.10.1, measured
    "1.2.40.0.13.1.1": "dcm4che",  # dcm4che 2, org/dcm4che2/data/Implementation
    "1.2.40.0.13.1.3": "dcm4che",  # dcm4che 5, org/dcm4che3/data/Implementation
    "1.2.826.0.1.3680043.9.3811": "pynetdicom",  # pynetdicom, PYNETDICOM_UID_PREFIX
    "1.2.826.0.1.3680043.8.498": "pydicom",  # pydicom, PYDICOM_ROOT_UID
    "1.3.6.1.4.1.30071.8": "fo-dicom",  # fo-dicom, DicomImplementation.cs
    "1.3.6.1.4.1.25403.1.1.1": "ClearCanvas",  # ClearCanvas, DicomImplementation.cs
    "1.2.826.0.1.3680043.2.135.1066.101": "Conquest",  # Conquest, dgate: IMPLEMENTATION_CLASS_STRING
    "1.2.826.0.1.3680043.2.1143": "GDCM",  # GDCM, gdcmUIDGenerator
    "1.3.6.1.4.1.19291.2": "OsiriX, Horos",  # both, DCMObject.m: rootUID
    "2.16.840.1.113669": "Merge, …",  # 2.16.840.1.113669.2.1.1 with “MergeCOM3_340”
    "1.2.124.113532": "Agfa",  # private SOP classes in dcm4che, UID.java: 1.2.124.113532.3500.7 “Private Agfa …”
    "1.2.840.113619": "GE",  # the same: 1.2.840.113619.4.26 “Private GE 3D Model Storage”
    "1.3.12.2.1107.5": "Siemens",  # the same: 1.3.12.2.1107.5.9.1 “Private Siemens CSA Non Image Storage”
    "1.3.46.670589": "Philips",  # the same: 1.3.46.670589.5.0.1.1 “Private Philips Volume Storage”
    "1.2.392.200036.9125": "Fujifilm",  # the same: 1.2.392.200036.9125.1.1.2 “Private Fuji CR Image Storage”
    "1.2.392.200036.9116": "Canon (Toshiba)",  # GDCM, gdcmMediaStorage: 1.2.392.200036.9116.7.8.1.1.1
    "1.2.752.24": "Sectra",  # GDCM, gdcmUIDs: 1.2.752.24.3.7.6 “Sectra Compression”
    "1.2.840.113564": "Carestream (Kodak)",  # HYS.Common.Dicom, SCPConfig.cs: 1.2.840.113564.3.1.64
}

#: The beginning of a version name -> vendor, where the UID is not in the table. The same sources.
_VERSIONS = {
    "OFFIS_DCMTK": _ROOTS["1.2.276.0.7230010.3.0.3"],
    "dcm4che": "dcm4che",
    "PYNETDICOM": "pynetdicom",
    "fo-dicom": "fo-dicom",
    "MergeCOM3": _ROOTS["2.16.840.1.113669"],
}


def vendor(peer: str) -> str:
    """Name the vendor by an implementation class UID and version name with a space in between.

    Without an entry in the tables, the version name is returned as it is.
    """
    uid, _, version = peer.partition(" ")
    version = version.strip()
    known = [root for root in _ROOTS if f"{uid}.".startswith(f"{root}.")]
    name = _ROOTS[max(known, key=len)] if known else ""
    name = name or next((name for start, name in _VERSIONS.items() if version.startswith(start)), "")
    if not name:
        return version or uid
    return f"{version} ({name})" if version else name
