"""Who is let in: asked with raw requests, as an attacker would."""

import http.client
import socket
import urllib.parse

import pytest


def answer(address, method="GET", path="/", body=None, **headers):
    where = urllib.parse.urlsplit(address)
    connection = http.client.HTTPConnection(where.hostname, where.port, timeout=10)
    try:
        connection.putrequest(method, path, skip_host=True)
        for name, value in (
            {"Host": where.netloc} | {k.replace("_", "-"): v for k, v in headers.items()}
        ).items():
            if value is not None:
                connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        found = connection.getresponse()
        return found, found.read()
    finally:
        connection.close()


def test_it_listens_on_loopback_only(address):
    port = urllib.parse.urlsplit(address).port
    others = {str(info[4][0]) for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    for other in others - {"127.0.0.1"}:
        if not other.startswith("127."):
            with socket.socket() as tried:
                tried.settimeout(2)
                assert tried.connect_ex((other, port)) != 0
    with socket.socket() as tried:  # another loopback address is not what was bound
        tried.settimeout(2)
        assert tried.connect_ex(("127.0.0.2", port)) != 0


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8765", "127.0.0.1.evil.example", "", None])
def test_a_host_that_is_not_this_machine_is_refused(address, host):
    found, text = answer(address, Host=host)
    assert found.status in (400, 421)
    assert b"<form" not in text


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:9000", "[::1]:9000"])
def test_a_tunnel_from_another_port_is_let_in(address, host):
    assert answer(address, Host=host)[0].status == 200


ORIGINS = ["https://evil.example", "null", "http://localhost:1", None]


@pytest.mark.parametrize("origin", ORIGINS)
def test_a_form_on_another_page_changes_nothing(address, origin):
    found, _ = answer(address, "POST", body=b"action=run", Origin=origin)
    assert found.status == 403
    assert "set-cookie" not in found.headers


def test_what_a_browser_calls_cross_site_is_refused(address):
    headers = {"Origin": address, "Sec_Fetch_Site": "cross-site", "Sec_Fetch_Dest": "document"}
    assert answer(address, "POST", body=b"action=run", **headers)[0].status == 403
    for dest, status in (("image", 403), ("iframe", 403), ("empty", 403), ("document", 200)):
        found, _ = answer(address, Sec_Fetch_Site="cross-site", Sec_Fetch_Dest=dest)
        assert found.status == status
        assert ("set-cookie" in found.headers) == (status == 200)


def test_our_own_page_is_let_in_and_a_stranger_gets_a_fresh_page(address):
    found, _ = answer(address, "POST", body=b"action=run", Origin=address)
    assert found.status == 303
    assert found.headers["location"] == "/"


def test_a_body_that_is_too_large_or_of_no_length_is_refused(address):
    assert answer(address, "POST", body=b"a" * 70_000, Origin=address)[0].status == 413
    assert answer(address, "POST", Origin=address, Transfer_Encoding="chunked")[0].status == 413


def test_nothing_changes_by_get_and_nothing_else_is_served(address):
    for path in (
        "/runs/1/comparison.nc",
        "/static/app.py",
        "/static/../texts.yaml",
        "/runs/x/..%2F..%2Fetc%2Fpasswd",
    ):
        assert answer(address, path=path)[0].status == 404
    assert answer(address, "DELETE", Origin=address, body=b"")[0].status == 405


def test_every_answer_says_what_a_browser_may_do_with_it(address):
    for path in ("/", "/static/page.js", "/nothing"):
        found, _ = answer(address, path=path)
        policy = found.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert found.headers["x-frame-options"] == "DENY"
    cookie = answer(address)[0].headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


def test_the_page_names_no_other_server(address):
    page, script = answer(address)[1], answer(address, path="/static/page.js")[1]
    assert b"//" not in page.replace(b"<!doctype html>", b"")
    assert b"http" not in script
