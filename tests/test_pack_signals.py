"""What the shipped packs say of lines that providers, libraries and programs print."""

import pytest

from logscan.model import Signal
from tests.packs_shipped import name_line, read_signal

SUBCODES = {
    456: "rejected", 457: "rejected", 458: "revoked", 459: "rejected", 460: "revoked", 461: "revoked",
    462: "rejected", 463: "expired", 464: "rejected", 465: "revoked", 466: "revoked", 467: "revoked",
    468: "expired", 490: "rejected", 492: "revoked", 493: "expired",
}  # fmt: skip
SHAPES = [
    '{{"error":{{"type":"OAuthException","code":{code},"error_subcode":{subcode},"fbtrace_id":"A"}}}}',
    "graph call failed: {{'code': {code}, 'error_subcode': {subcode}}}",
    "Graph API error (code {code}, subcode {subcode})",
    '{{"level":"error","msg":"facebook: {{\\"code\\":{code},\\"error_subcode\\":{subcode}}}"}}',
    "OAuthException code={code} error_subcode={subcode}",
    "facebookErrorCode: {code}, facebookErrorSubcode: {subcode}",
    "instagram: error code {code} sub-code {subcode}",
    "facebook: code => {code}, error_subcode => {subcode}",
    "graph error ({code}/{subcode})",
]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("code", [190, 102])
@pytest.mark.parametrize("subcode", SUBCODES)
def test_every_subcode_has_its_own_signal_in_every_shape(subcode, code, shape):
    line = shape.format(code=code, subcode=subcode)

    signal = read_signal(line)

    assert signal == SUBCODES[subcode]


@pytest.mark.parametrize(
    "line",
    [
        "OAuthException (#190) on /me",
        '{"type":"OAuthException","code":190}',
        "{'type': 'OAuthException', 'code': 190}",
        "graph status=401 errorCode=190",
        "graph error code: 190",
        "Meta [190] no answer for page 3",
        "whatsapp refused: code=190",
        "      code: 190,",
        '"code": 190,',
        '{"error":{"code":190}}',
        "(#190) nothing else is known",
        '{"message":"{\\"error\\":{\\"code\\":190,\\"type\\":\\"OAuthException\\"}}","level":"error"}',
        "\x1b[31mgraph error code: 190\x1b[0m",
    ],
)
def test_code_190_is_rejected_in_every_shape(line):
    assert read_signal(line) == "rejected"


@pytest.mark.parametrize("code", [3, 10, 200, 210, 299, 131005])
def test_permission_codes_are_forbidden(code):
    line = f'{{"error":{{"message":"(#{code}) Access denied","type":"OAuthException","code":{code}}}}}'

    rule = name_line(line)

    assert rule
    assert (rule.signal, rule.credential) == (Signal.FORBIDDEN, "meta-access-token")


@pytest.mark.parametrize("code", [131031, 368, 130497])
def test_account_codes_are_forbidden_under_their_own_credential(code):
    line = f'{{"error":{{"message":"(#{code}) Blocked","type":"OAuthException","code":{code}}}}}'

    rule = name_line(line)

    assert rule
    assert (rule.signal, rule.credential) == (Signal.FORBIDDEN, "meta-account")


_HARMLESS = [1, 2, 4, 17, 32, 100, 341, 506, 613, 80007, 80008, 130429, 131026, 131030, 131042, 131047, 131048,
             131056, 132000, 132001, 133010]  # fmt: skip


@pytest.mark.parametrize(
    "shape",
    [
        '{{"error":{{"message":"(#{code}) Something","type":"OAuthException","code":{code},"fbtrace_id":"A"}}}}',
        "graph 400 OAuthException code={code}",
        "whatsapp send failed: (#{code}) Something",
    ],
)
@pytest.mark.parametrize("code", _HARMLESS)
def test_errors_that_no_token_cures_are_never_bad(code, shape):
    rule = name_line(shape.format(code=code))

    assert rule is None or rule.signal is Signal.NOTED


@pytest.mark.parametrize(
    "line",
    [
        "",
        "exit code 190",
        "GET /users/190 200 401ms",
        "loaded 463 rows for user 190",
        "session expired for visitor 12",
        "unauthorized",
        "403",
        "SyntaxError: Unexpected token '<' in JSON at position 0",
        "WhatsApp message template approved",
        "sshd[1]: Failed password for invalid user admin from 192.0.2.1 port 5 ssh2",
        "certificate for example.org will be renewed in 59 days",
        "user 401 changed the password",
        "token bucket refilled, 190 tokens",
        "kernel: usb 1-1: new high-speed USB device number 102 using xhci_hcd",
        "docker pull: 401 layers, 190 MB",
        "progress 190/463 files",
        '{"code":200,"message":"ok","data":{"code":190}}',
    ],
)
def test_everyday_lines_fit_no_rule(line):
    assert name_line(line) is None


@pytest.mark.parametrize(
    ("line", "signal"),
    [
        ('192.0.2.9 - bob [21/Nov/2026:10:00:00 +0000] "GET /x HTTP/2.0" 403 19 "-" "Mozilla/5.0"', "noted"),
        ('INFO:     198.51.100.4:50312 - "GET /me HTTP/1.1" 401 Unauthorized', "noted"),
        ("Forbidden: /admin/", "noted"),
        ('urllib3.connectionpool: https://api.example.org:443 "GET /v1/me HTTP/1.1" 401 87', "rejected"),
    ],
)
def test_whose_credential_it_is_decides_about_a_401(line, signal):
    assert read_signal(line) == signal


def test_a_provider_names_a_line_before_library_and_generic_rules():
    line = (
        "AxiosError: Request failed with status code 401 from https://graph.facebook.com/v23.0/me/messages "
        '{"error":{"code":190,"error_subcode":467}}'
    )

    rule = name_line(line)

    assert rule
    assert rule.id == "meta.logged-out"


def test_the_life_of_a_token_is_one_credential_from_expiry_to_recovery():
    lines = [
        "Error validating access token: Session has expired on Monday, 02-Mar-26 09:00:00 PST.",
        "❌ Failed to refresh WhatsApp token",
        "✅ WhatsApp access token refreshed successfully",
        '{"messages":[{"id":"wamid.HBgL"}]}',
    ]

    rules = [name_line(line) for line in lines]

    assert [rule.signal.value for rule in rules if rule] == [
        "expired",
        "refresh_failed",
        "refreshed",
        "accepted",
    ]
    assert {rule.credential for rule in rules if rule} == {"meta-access-token"}
