"""What is watched, and with which token, as the configuration and Railway's variables say it."""

from __future__ import annotations

import pytest

from logscan.errors import ConfigError
from logscan.references import Secret
from logscan.sources.railway import find_token, read_endpoint, read_place
from logscan.sources.railway.places import list_logins

IDS = {"RAILWAY_PROJECT_ID": "p", "RAILWAY_ENVIRONMENT_ID": "e", "RAILWAY_SERVICE_ID": "s"}


def test_what_is_configured_wins_over_variables():
    place = read_place(IDS, project="P", environment="E", service="S")

    assert (place.project, place.environment, place.service, place.own_service) == ("P", "E", "S", None)


def test_variables_fill_in_what_is_missing():
    place = read_place(IDS)

    assert (place.project, place.environment, place.service, place.own_service) == ("p", "e", "s", None)


@pytest.mark.parametrize("mark", ["RAILWAY_REPLICA_ID", "RAILWAY_DEPLOYMENT_ID"])
def test_in_a_container_the_service_is_logscans_own(mark: str):
    place = read_place({**IDS, mark: "x"})

    assert (place.service, place.own_service) == (None, "s")


def test_empty_variables_say_nothing():
    place = read_place(dict.fromkeys(IDS, ""))

    assert (place.project, place.environment, place.service) == (None, None, None)


def test_the_usual_addresses_are_railways():
    assert read_place({}).endpoint == (
        "https://backboard.railway.com/graphql/v2",
        "wss://backboard.railway.com/graphql/v2",
    )
    assert read_endpoint("http://127.0.0.1:9/", "here").stream_url == "ws://127.0.0.1:9/graphql/v2"


@pytest.mark.parametrize(
    ("base", "stream"),
    [
        ("http://example.org", None),
        ("https://example.org", "ws://example.org"),
        ("wss://example.org", None),
        ("https://example.org", "https://example.org"),
        ("ftp://example.org", None),
    ],
)
def test_a_token_goes_nowhere_in_plain_text(base: str, stream: str | None):
    with pytest.raises(ConfigError, match=r"^logscan\.yaml:3:5: "):
        read_endpoint(base, "logscan.yaml:3:5", stream)


def test_the_project_token_wins_as_with_railways_own_command():
    both = {"RAILWAY_TOKEN": "a", "RAILWAY_API_TOKEN": "b"}

    assert find_token(both, "here").name == "RAILWAY_TOKEN"
    assert find_token({"RAILWAY_API_TOKEN": "b", "RAILWAY_TOKEN": ""}, "here").name == "RAILWAY_API_TOKEN"
    with pytest.raises(ConfigError, match=r"^here: no token to read Railway's logs with; set RAILWAY_TOKEN"):
        find_token({}, "here")


def test_the_name_of_a_token_says_how_to_show_it():
    def list_names(origin: str) -> list[str]:
        return [name for login in list_logins(Secret("t", origin)) for name in login.write_headers()]

    assert list_names("RAILWAY_TOKEN") == ["Project-Access-Token"]
    assert list_names("RAILWAY_API_TOKEN in .env") == ["Authorization"]
    assert list_names("/run/secrets/token") == ["Project-Access-Token", "Authorization"]
