"""`--fields` and `--query` choose what of a result is printed, on every command that prints one."""

from __future__ import annotations

import json

import pytest

from cli.kit import Invoke, failure
from veneer.sandbox import Sandbox


def test_fields_are_columns_in_a_pipe_and_members_in_json(veneer: Invoke) -> None:
    words = ("hybridb", "audit", "--limit", "2", "--fields", "actorId,outcome")
    plain = veneer(*words).stdout.splitlines()
    assert [one.count("\t") for one in plain] == [1, 1]
    parsed = [json.loads(one) for one in veneer(*words, "--json").stdout.splitlines()]
    assert [list(one) for one in parsed] == [["actorId", "outcome"]] * 2
    assert plain == ["\t".join(one.values()) for one in parsed]


def test_a_dotted_field_is_a_member_of_a_member(veneer: Invoke) -> None:
    done = veneer("hestiaos", "call", "get_health", "--fields", "status,nothing.deep")
    assert json.loads(done.stdout) == {"status": "healthy", "nothing.deep": None}


def test_fields_of_an_object_are_lines(veneer: Invoke) -> None:
    assert veneer("hestiaos", "health", "--fields", "status").stdout == "status: healthy\n"


def test_a_field_that_no_result_has_is_told_with_what_is_near(veneer: Invoke) -> None:
    done = veneer("hestiaos", "health", "--fields", "statsu")
    assert (done.exit_code, done.stderr) == (0, "--fields: no result has statsu; did you mean status?\n")
    rows = veneer("hybridb", "audit", "--limit", "2", "--fields", "zzz,outcome")
    assert "--fields: no result has zzz; the members are " in rows.stderr


def test_fields_that_a_list_without_rows_cannot_have_are_not_told(veneer: Invoke) -> None:
    done = veneer("aerostack", "cache", "list", "--prefix", "none", "--fields", "key")
    assert (done.stdout, done.stderr) == ("", "")


def test_a_query_is_of_a_whole_result_or_of_each_row(veneer: Invoke) -> None:
    assert veneer("hestiaos", "health", "--query", "status").stdout == "healthy\n"
    assert veneer("hestiaos", "health", "--query", "status", "--json").stdout == '"healthy"\n'
    assert (
        veneer("hybridb", "audit", "--limit", "2", "--query", "length(outcome) > `0`").stdout
        == "true\ntrue\n"
    )
    called = veneer("velerian", "call", "list_plans", "--query", "[].id | length(@)")
    assert int(called.stdout) > 0


def test_a_query_is_of_each_event_of_a_stream(veneer: Invoke) -> None:
    done = veneer("hestiaos", "stream", "hello", "--json", "--query", "type")
    assert done.stdout.splitlines()[0] == '"start"'


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--query", "a["), "--query is not a JMESPath expression: "),
        (("--query", ""), "--query is not a JMESPath expression: "),
        (("--fields", "a,,b"), "--fields takes names separated by commas"),
        (("--fields", "a", "--query", "b"), "--fields and --query both choose what is printed"),
    ],
)
def test_what_cannot_be_chosen_is_refused_before_anything_is_sent(
    veneer: Invoke, sandbox: Sandbox, options: tuple[str, ...], says: str
) -> None:
    code, said = failure(veneer("hestiaos", "health", *options))
    assert (code, says in said, sandbox.journal()) == (2, True, [])


def test_a_query_that_does_not_fit_the_result_is_one_line_and_exit_1(veneer: Invoke) -> None:
    code, said = failure(veneer("hestiaos", "health", "--query", "length(uptime_seconds)"))
    assert code == 1
    assert said.startswith("veneer: --query: In function length(), invalid type")
