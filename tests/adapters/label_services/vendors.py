"""The four services side by side: the same cases in each one's own words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.adapters.loopback import Received, Response

from . import azure_service as azure
from . import google_service as google
from . import imagga_service as imagga
from . import rekognition_service as rekognition


@dataclass(frozen=True)
class Vendor:
    """One service, and how it says what all of them have to say."""

    spec: str
    check: Callable[[Received], bytes | None]
    secrets: dict[str, str]  # by the variable's name
    cat: Response  # the picture shows a cat, with whiskers; a sofa is doubtful
    nothing: Response  # the picture shows nothing that it knows
    unauthorised: Response
    forbidden: Response
    busy: Callable[..., Response]  # takes headers
    down: Response
    rejections: tuple[Response, ...]  # of the picture: too large, of no format that it takes
    key_name: str  # that must be named where a key is not accepted
    cost: str  # US dollars of the usual features of one photo
    used_up: tuple[Response, ...] = field(default=())


def _secrets(**values: str) -> dict[str, str]:
    return values


GOOGLE = Vendor(
    spec="google-vision",
    check=google.check,
    secrets=_secrets(GOOGLE_VISION_API_KEY=google.KEY),
    cat=google.CAT,
    nothing=google.answer(),
    unauthorised=google.error(
        400, "API key not valid. Please pass a valid API key.", "API_KEY_INVALID"
    ),
    forbidden=google.error(
        403,
        "Cloud Vision API has not been used in project 911 before or it is disabled.",
        "SERVICE_DISABLED",
    ),
    busy=lambda **headers: google.error(
        429,
        "Quota exceeded for quota metric 'Requests' and limit 'Requests per minute' of service.",
        "RATE_LIMIT_EXCEEDED",
        **headers,
    ),
    down=google.error(503, "The service is currently unavailable."),
    rejections=(
        google.error(400, "Request payload size exceeds the limit: 41943040 bytes."),
        google.answer(error={"code": 3, "message": "Bad image data."}),
    ),
    key_name="GOOGLE_VISION_API_KEY",
    cost="0.0015",
    used_up=(google.error(429, "Quota exceeded for limit 'Requests per day' of service."),),
)
AZURE = Vendor(
    spec="azure-vision",
    check=azure.check,
    secrets=_secrets(AZURE_VISION_KEY=azure.KEY),
    cat=azure.CAT,
    nothing=azure.answer(tagsResult=azure.tags()),
    unauthorised=azure.error(
        401,
        "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide"
        " a valid key for an active subscription and use a correct regional API endpoint.",
    ),
    forbidden=azure.error(403, "Public access is disabled. Please configure private endpoint."),
    busy=lambda **headers: azure.error(
        429,
        "Requests to the Analyze Operation under Computer Vision APIs (2023-10-01) have exceeded"
        " call rate limit of your current ComputerVision F0 pricing tier.",
        **headers,
    ),
    down=azure.error(503, "Service unavailable.", "ServiceUnavailable"),
    rejections=(
        azure.error(
            400, "The size of the image is too large.", "InvalidRequest", "InvalidImageSize"
        ),
        azure.error(400, "The image is no picture.", "InvalidRequest", "InvalidImageFormat"),
        azure.error(415, "Unsupported media type.", "UnsupportedMediaType"),
    ),
    key_name="AZURE_VISION_KEY",
    cost="0.001",
    used_up=(
        azure.error(403, "Out of call volume quota. Quota will be replenished in 2.12:30:00."),
    ),
)
IMAGGA = Vendor(
    spec="imagga",
    check=imagga.check,
    secrets=_secrets(IMAGGA_API_KEY=imagga.KEY, IMAGGA_API_SECRET=imagga.SECRET),
    cat=imagga.CAT,
    nothing=imagga.tags(),
    unauthorised=imagga.error(401, "The provided authentication credentials are not valid."),
    forbidden=imagga.error(403, "Your account is suspended."),
    busy=lambda **headers: imagga.error(429, "Too many concurrent requests.", **headers),
    down=imagga.error(503, "Service temporarily unavailable."),
    rejections=(
        imagga.error(400, "The provided image is of an unsupported type."),
        imagga.error(413, "The image is too large."),
    ),
    key_name="IMAGGA_API_SECRET",
    cost="0.00113",
    used_up=(
        imagga.error(403, "You have reached one of your subscription limits therefore you wait."),
    ),
)
REKOGNITION = Vendor(
    spec=f"rekognition:{rekognition.REGION}",
    check=rekognition.check,
    secrets=_secrets(AWS_ACCESS_KEY_ID=rekognition.KEY, AWS_SECRET_ACCESS_KEY=rekognition.SECRET),
    cat=rekognition.CAT,
    nothing=rekognition.labels(),
    unauthorised=rekognition.error(
        400,
        "UnrecognizedClientException",
        "The security token included in the request is invalid.",
    ),
    forbidden=rekognition.error(
        400,
        "com.amazonaws.rekognition#AccessDeniedException",
        "User is not authorized to perform: rekognition:DetectLabels",
    ),
    busy=lambda **headers: rekognition.error(
        400, "ProvisionedThroughputExceededException", "Provisioned rate exceeded.", **headers
    ),
    down=rekognition.error(503, "ServiceUnavailableException", "Service unavailable."),
    rejections=(
        rekognition.error(400, "ImageTooLargeException", "Image size is too large."),
        rekognition.error(400, "InvalidImageFormatException", "Invalid image format."),
    ),
    key_name="AWS_SECRET_ACCESS_KEY",
    cost="0.001",
)
VENDORS = (GOOGLE, REKOGNITION, AZURE, IMAGGA)

PAGE = "<html><head><title>Bad gateway</title></head><body>nginx</body></html>"


def title(vendor: Vendor) -> Any:
    """Return how tests call a service."""
    return vendor.spec.partition(":")[0]
