"""Test the vendor names: they say no more than the implementation class UID and version name do."""

from __future__ import annotations

import pytest

from wizard.dicom.makers import vendor


@pytest.mark.parametrize(
    ("peer", "says"),
    [
        # As it was seen on the network.
        ("1.2.276.0.7230010.3.0.3.6.7 OFFIS_DCMTK_367", "OFFIS_DCMTK_367 (DCMTK, Orthanc, …)"),
        ("1.2.826.0.1.3680043.9.3811.2.0.2 PYNETDICOM_202", "PYNETDICOM_202 (pynetdicom)"),
        # As the sources of the table have it.
        ("1.2.40.0.13.1.3 dcm4che-5.23.3", "dcm4che-5.23.3 (dcm4che)"),
        ("1.2.40.0.13.1.1 dcm4che-2.0", "dcm4che-2.0 (dcm4che)"),
        ("1.3.6.1.4.1.30071.8 fo-dicom 4.0.0", "fo-dicom 4.0.0 (fo-dicom)"),
        ("1.3.6.1.4.1.25403.1.1.1 Dicom 0.1", "Dicom 0.1 (ClearCanvas)"),
        ("1.2.826.0.1.3680043.2.135.1066.101 1.4.16/WIN32", "1.4.16/WIN32 (Conquest)"),
        ("1.3.6.1.4.1.19291.2.1 OSIRIX", "OSIRIX (OsiriX, Horos)"),
        ("2.16.840.1.113669.2.1.1 MergeCOM3_340", "MergeCOM3_340 (Merge, …)"),
        ("1.3.12.2.1107.5.2.1 MR_VB17A", "MR_VB17A (Siemens)"),
        ("1.2.840.113619.6.5", "GE"),
        ("1.3.46.670589.50.1", "Philips"),
        ("1.2.124.113532.3500.8", "Agfa"),
        ("1.2.752.24.7.1", "Sectra"),
        ("1.2.392.200036.9125.2", "Fujifilm"),
        ("1.2.840.113564.3.1.64 2.1", "2.1 (Carestream (Kodak))"),
        # The UID says nothing: the version name may.
        ("1.2.3.4 OFFIS_DCMTK_360", "OFFIS_DCMTK_360 (DCMTK, Orthanc, …)"),
        # Nothing of it is known: as it is.
        ("1.2.3.4 FAULTY_1", "FAULTY_1"),
        ("1.2.3.4", "1.2.3.4"),
        ("", ""),
        # A root is a whole one, and not the beginning of another number.
        ("1.2.752.243.1 RAY", "RAY"),
        ("1.2.40.0.13.1.31 SOMEBODY", "SOMEBODY"),
    ],
)
def test_a_peer_is_named_by_what_it_says_of_itself(peer: str, says: str) -> None:
    assert vendor(peer) == says
