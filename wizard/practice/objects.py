"""Make the DICOM objects of the practice archive: small, with the attributes that a PACS expects of each image type.

They carry the type 1 and 2 attributes of the Patient, Study, Series and SOP Common modules and the important ones of
their image type (PS3.3 A). The same arguments give the same bytes, with every version of pydicom.
"""

from __future__ import annotations

import uuid
import zlib
from typing import Callable, NamedTuple

from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_dataset
from pydicom.uid import (
    UID,
    BasicTextSRStorage,
    ComputedRadiographyImageStorage,
    CTImageStorage,
    DeflatedExplicitVRLittleEndian,
    DigitalMammographyXRayImageStorageForPresentation,
    DigitalXRayImageStorageForPresentation,
    EncapsulatedPDFStorage,
    ExplicitVRLittleEndian,
    MRImageStorage,
    RLELossless,
    SecondaryCaptureImageStorage,
    UltrasoundMultiFrameImageStorage,
)

from wizard.practice import pictures
from wizard.practice.part10 import file_meta

_NAMESPACE = uuid.UUID("6f1f3c52-6d0c-5b57-9d0e-3d1c7e1d4a08")
_PIXEL_DATA = 0x7FE00010


class Patient(NamedTuple):
    patient_id: str
    name: str
    birth_date: str
    sex: str
    character_set: str = "ISO_IR 100"


class Series(NamedTuple):
    kind: str
    """A key of `KINDS`."""
    description: str
    instances: int
    transfer_syntax: UID = ExplicitVRLittleEndian


class Study(NamedTuple):
    number: int
    patient: Patient
    date: str
    time: str
    description: str
    series: tuple[Series, ...]


class ImageType(NamedTuple):
    sop_class: UID
    modality: str
    fill: Callable[[Dataset, float, UID], None]
    """Adds the attributes of the image type. Arguments: data set, phase of the picture (0 to 1), transfer syntax."""


def uid(*name: object) -> str:
    """Make a UID that needs no registration (PS3.5 B.2); the same name always gives the same UID."""
    return f"2.25.{uuid.uuid5(_NAMESPACE, '/'.join(map(str, name))).int}"


def instance(study: Study, series_number: int, instance_number: int) -> Dataset:
    """Make the data set of one instance; series and instances are numbered from 1."""
    series = study.series[series_number - 1]
    kind = KINDS[series.kind]
    dataset = Dataset()
    dataset.SpecificCharacterSet = study.patient.character_set.split("\\")
    dataset.SOPClassUID = kind.sop_class
    dataset.SOPInstanceUID = uid(study.number, series_number, instance_number)
    dataset.StudyDate = dataset.SeriesDate = dataset.ContentDate = study.date
    dataset.StudyTime = dataset.SeriesTime = dataset.ContentTime = study.time
    dataset.AccessionNumber = f"P{study.number:05d}"
    dataset.Modality = kind.modality
    dataset.Manufacturer = "Practice"
    dataset.ReferringPhysicianName = ""
    dataset.StudyDescription = study.description
    dataset.SeriesDescription = series.description
    dataset.PatientName = study.patient.name
    dataset.PatientID = study.patient.patient_id
    dataset.PatientBirthDate = study.patient.birth_date
    dataset.PatientSex = study.patient.sex
    dataset.StudyInstanceUID = uid(study.number)
    dataset.SeriesInstanceUID = uid(study.number, series_number)
    dataset.StudyID = str(study.number)
    dataset.SeriesNumber = series_number
    dataset.InstanceNumber = instance_number
    kind.fill(dataset, (instance_number - 0.5) / series.instances, series.transfer_syntax)
    return dataset


def part10(dataset: Dataset, transfer_syntax: UID) -> bytes:
    """Encode a DICOM file that holds `dataset`."""
    meta = file_meta(dataset.SOPClassUID, dataset.SOPInstanceUID, transfer_syntax)
    return meta + encode(dataset, transfer_syntax)


def encode(dataset: Dataset, transfer_syntax: UID) -> bytes:
    """Encode a data set. Pixel data must be in that transfer syntax already."""
    buffer = DicomBytesIO()
    buffer.is_implicit_VR = transfer_syntax.is_implicit_VR
    buffer.is_little_endian = transfer_syntax.is_little_endian
    write_dataset(buffer, dataset)
    data = buffer.getvalue()
    if transfer_syntax == DeflatedExplicitVRLittleEndian:
        compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        data = compressor.compress(data) + compressor.flush()
        data += b"\0" * (len(data) % 2)
    return data


def _image(dataset: Dataset, samples: int, bits_allocated: int, bits_stored: int, pixels: bytes) -> None:
    """Add the Image Pixel module (PS3.3 C.7.6.3)."""
    dataset.SamplesPerPixel = samples
    dataset.PhotometricInterpretation = "RGB" if samples == 3 else "MONOCHROME2"
    if samples == 3:
        dataset.PlanarConfiguration = 0
    dataset.Rows = dataset.Columns = pictures.SIZE
    dataset.BitsAllocated = bits_allocated
    dataset.BitsStored = bits_stored
    dataset.HighBit = bits_stored - 1
    dataset.PixelRepresentation = 0
    dataset.add_new(_PIXEL_DATA, "OW" if bits_allocated == 16 else "OB", pixels)


def _grey(dataset: Dataset, picture: bytes, transfer_syntax: UID) -> None:
    """Add a picture with 12 of 16 bits, as scanners make them."""
    dataset.PatientOrientation = ["L", "P"]
    dataset.WindowCenter = "128"
    dataset.WindowWidth = "256"
    if transfer_syntax == RLELossless:
        _image(dataset, 1, 16, 12, encapsulate([pictures.run_length_encoded(picture)]))
        dataset[_PIXEL_DATA].VR = "OB"
        dataset[_PIXEL_DATA].is_undefined_length = True
    else:
        _image(dataset, 1, 16, 12, pictures.in_words(picture, transfer_syntax.is_little_endian))


def _slice(dataset: Dataset, phase: float, transfer_syntax: UID) -> None:
    """Add the Image Plane module (PS3.3 C.7.6.2), and the slice."""
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    dataset.FrameOfReferenceUID = uid(dataset.SeriesInstanceUID, "frame of reference")
    dataset.PositionReferenceIndicator = ""
    dataset.SliceThickness = "5"
    dataset.PixelSpacing = ["6", "6"]
    dataset.ImageOrientationPatient = ["1", "0", "0", "0", "1", "0"]
    dataset.ImagePositionPatient = ["-192", "-192", str(5 * int(dataset.InstanceNumber))]
    _grey(dataset, pictures.body(phase), transfer_syntax)


def _ct(dataset: Dataset, phase: float, transfer_syntax: UID) -> None:
    dataset.KVP = "120"
    dataset.AcquisitionNumber = 1
    _slice(dataset, phase, transfer_syntax)
    dataset.WindowCenter, dataset.WindowWidth = "0", "2048"
    dataset.RescaleIntercept, dataset.RescaleSlope, dataset.RescaleType = "-1024", "8", "HU"


def _mr(dataset: Dataset, phase: float, transfer_syntax: UID) -> None:
    dataset.ScanningSequence = "SE"
    dataset.SequenceVariant = "SK"
    dataset.ScanOptions = ""
    dataset.MRAcquisitionType = "2D"
    dataset.RepetitionTime, dataset.EchoTime, dataset.EchoTrainLength = "500", "15", "1"
    _slice(dataset, phase, transfer_syntax)
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "OTHER"]


def _cr(dataset: Dataset, phase: float, transfer_syntax: UID) -> None:
    dataset.BodyPartExamined = "CHEST"
    dataset.ViewPosition = "PA"
    _grey(dataset, pictures.body(phase), transfer_syntax)


def _dx(dataset: Dataset, phase: float, transfer_syntax: UID) -> None:
    dataset.ImageType = ["ORIGINAL", "PRIMARY", ""]
    dataset.PresentationIntentType = "FOR PRESENTATION"
    dataset.ImagerPixelSpacing = ["5", "5"]
    dataset.ImageLaterality = "U"
    dataset.PixelIntensityRelationship = "LIN"
    dataset.PixelIntensityRelationshipSign = 1
    dataset.RescaleIntercept, dataset.RescaleSlope, dataset.RescaleType = "0", "1", "US"
    dataset.PresentationLUTShape = "IDENTITY"
    dataset.LossyImageCompression = "00"
    dataset.BurnedInAnnotation = "NO"
    dataset.AcquisitionContextSequence = []
    dataset.AnatomicRegionSequence = [_code("39607008", "SCT", "Lung")]
    _grey(dataset, pictures.body(phase), transfer_syntax)


def _mg(dataset: Dataset, phase: float, transfer_syntax: UID) -> None:
    _dx(dataset, phase, transfer_syntax)
    dataset.ImageLaterality = "L" if phase < 0.5 else "R"
    dataset.OrganExposed = "BREAST"
    dataset.PositionerType = "MAMMOGRAPHIC"
    dataset.AnatomicRegionSequence = [_code("76752008", "SCT", "Breast")]
    dataset.ViewCodeSequence = [_code("399162004", "SCT", "cranio-caudal")]


def _us(dataset: Dataset, phase: float, transfer_syntax: UID) -> None:
    frames = 6
    dataset.ImageType = ["ORIGINAL", "PRIMARY"]
    dataset.PatientOrientation = ""
    dataset.LossyImageCompression = "00"
    dataset.NumberOfFrames = frames
    dataset.FrameTime = "100"
    dataset.FrameIncrementPointer = 0x00181063  # Frame Time
    loop = (pictures.in_colour(pictures.fan((phase + frame / frames) % 1)) for frame in range(frames))
    _image(dataset, 3, 8, 8, b"".join(loop))


def _sc(dataset: Dataset, phase: float, transfer_syntax: UID) -> None:
    dataset.ConversionType = "WSD"
    dataset.PatientOrientation = ""
    _image(dataset, 3, 8, 8, pictures.in_colour(pictures.body(phase)))


def _sr(dataset: Dataset, phase: float, transfer_syntax: UID) -> None:
    dataset.ReferencedPerformedProcedureStepSequence = []
    dataset.PerformedProcedureCodeSequence = []
    dataset.CompletionFlag = "COMPLETE"
    dataset.VerificationFlag = "UNVERIFIED"
    dataset.ValueType = "CONTAINER"
    dataset.ContinuityOfContent = "SEPARATE"
    dataset.ConceptNameCodeSequence = [_code("18782-3", "LN", "Radiology Study observation")]
    finding = Dataset()
    finding.RelationshipType = "CONTAINS"
    finding.ValueType = "TEXT"
    finding.ConceptNameCodeSequence = [_code("121071", "DCM", "Finding")]
    finding.TextValue = "An invented patient with an invented finding."
    dataset.ContentSequence = [finding]


def _pdf(dataset: Dataset, phase: float, transfer_syntax: UID) -> None:
    dataset.ConversionType = "WSD"
    dataset.BurnedInAnnotation = "NO"
    dataset.AcquisitionDateTime = ""
    dataset.DocumentTitle = "Practice report"
    dataset.ConceptNameCodeSequence = []
    dataset.MIMETypeOfEncapsulatedDocument = "application/pdf"
    dataset.EncapsulatedDocument = _pdf_page("An invented report of an invented patient.")


def _code(value: str, scheme: str, meaning: str) -> Dataset:
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = value, scheme, meaning
    return code


def _pdf_page(text: str) -> bytes:
    """Make a PDF file with one line of text."""
    drawing = f"BT /F1 18 Tf 60 700 Td ({text}) Tj ET"
    parts = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        " /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        f"<< /Length {len(drawing)} >>\nstream\n{drawing}\nendstream",
    )
    file, offsets = "%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        offsets.append(len(file))
        file += f"{number} 0 obj\n{part}\nendobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    size = len(parts) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\n"
    data = f"{file}{end}startxref\n{len(file)}\n%%EOF\n".encode("ascii")
    return data + b"\0" * (len(data) % 2)


KINDS = {
    "CT": ImageType(CTImageStorage, "CT", _ct),
    "MR": ImageType(MRImageStorage, "MR", _mr),
    "CR": ImageType(ComputedRadiographyImageStorage, "CR", _cr),
    "DX": ImageType(DigitalXRayImageStorageForPresentation, "DX", _dx),
    "MG": ImageType(DigitalMammographyXRayImageStorageForPresentation, "MG", _mg),
    "US": ImageType(UltrasoundMultiFrameImageStorage, "US", _us),
    "SC": ImageType(SecondaryCaptureImageStorage, "OT", _sc),
    "SR": ImageType(BasicTextSRStorage, "SR", _sr),
    "PDF": ImageType(EncapsulatedPDFStorage, "DOC", _pdf),
}
