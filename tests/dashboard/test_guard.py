"""Access control, tested with raw requests as an attacker would send them."""

import http.client
import socket
import urllib.parse

import pytest


def send(address, method="GET", path="/", body=None, **headers):
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
        response = connection.getresponse()
        return response, response.read()
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
    with socket.socket() as tried:  # the server is bound to one loopback address
        tried.settimeout(2)
        assert tried.connect_ex(("127.0.0.2", port)) != 0


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8765", "127.0.0.1.evil.example", "", None])
def test_a_foreign_host_is_refused(address, host):
    response, text = send(address, Host=host)
    assert response.status in (400, 421)
    assert b"<form" not in text


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:9000", "[::1]:9000"])
def test_a_tunnel_from_another_port_is_allowed(address, host):
    assert send(address, Host=host)[0].status == 200


ORIGINS = ["https://evil.example", "null", "http://localhost:1", None]


@pytest.mark.parametrize("origin", ORIGINS)
def test_a_form_on_another_page_changes_nothing(address, origin):
    response, _ = send(address, "POST", body=b"action=run", Origin=origin)
    assert response.status == 403
    assert "set-cookie" not in response.headers


def test_cross_site_requests_are_refused(address):
    headers = {"Origin": address, "Sec_Fetch_Site": "cross-site", "Sec_Fetch_Dest": "document"}
    assert send(address, "POST", body=b"action=run", **headers)[0].status == 403
    for dest, status in (("image", 403), ("iframe", 403), ("empty", 403), ("document", 200)):
        response, _ = send(address, Sec_Fetch_Site="cross-site", Sec_Fetch_Dest=dest)
        assert response.status == status
        assert ("set-cookie" in response.headers) == (status == 200)


def test_the_dashboards_page_is_allowed_and_an_unknown_session_is_redirected(address):
    response, _ = send(address, "POST", body=b"action=run", Origin=address)
    assert response.status == 303
    assert response.headers["location"] == "/"


def test_a_large_body_or_one_without_length_is_refused(address):
    assert send(address, "POST", body=b"a" * 70_000, Origin=address)[0].status == 413
    assert send(address, "POST", Origin=address, Transfer_Encoding="chunked")[0].status == 413


def test_no_other_path_or_method_is_served(address):
    for path in (
        "/runs/1/comparison.nc",
        "/static/app.py",
        "/static/../texts.yaml",
        "/runs/x/..%2F..%2Fetc%2Fpasswd",
    ):
        assert send(address, path=path)[0].status == 404
    assert send(address, "DELETE", Origin=address, body=b"")[0].status == 405


def test_every_response_has_security_headers(address):
    for path in ("/", "/static/page.js", "/nothing"):
        response, _ = send(address, path=path)
        policy = response.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert response.headers["x-frame-options"] == "DENY"
    cookie = send(address)[0].headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


def test_the_page_names_no_other_server(address):
    page, script = send(address)[1], send(address, path="/static/page.js")[1]
    assert b"//" not in page.replace(b"<!doctype html>", b"")
    assert b"http" not in script
