"""Secrets among the words of a command are masked word by word, and ordinary commands stay as they are."""

from __future__ import annotations

import pytest

from tests.secrets_made import CANARIES, REDACTOR, read_leaks


@pytest.mark.parametrize("n", range(len(CANARIES[:40])))
def test_a_secret_among_the_words_of_a_command_is_masked_and_its_words_are_counted_alike(n):
    words = ("prog", "--token", CANARIES[n], "--follow", f"--password={CANARIES[n]}", "last")

    masked = REDACTOR.mask_words(words)

    assert not read_leaks(CANARIES[n], " ".join(masked))
    assert (len(masked), masked[0], masked[1], masked[3], masked[5]) == (
        6,
        "prog",
        "--token",
        "--follow",
        "last",
    )


@pytest.mark.parametrize(
    "command",
    [
        "railway logs --json",
        "kubectl logs -f deploy/bot -n prod --since=1h",
        "ssh -i /home/ada/.ssh/id_ed25519 ada@host journalctl -fu bot",
        "docker logs --follow 0123456789ab",
        "prog --token-file /run/secrets/token --password $PASSWORD",
        "sh -c 'tail -F /var/log/*.log | grep token'",
        "gcloud logging tail resource.type=cloud_run_revision --project shop-123456",
        "aws logs tail /aws/lambda/bot --follow --profile prod",
    ],
)
def test_an_ordinary_command_stays_as_it_is(command: str):
    assert REDACTOR.mask_words(command.split()) == tuple(command.split())
