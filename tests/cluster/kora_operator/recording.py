"""A door between a program and the API server that passes everything on and writes down what was asked for: evidence
from outside of what the program reads and where. For tests; plain HTTP on this machine alone.
"""

from __future__ import annotations

import base64
import http.client
import json
import ssl
import threading
import urllib.parse
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cluster.programs import run

HOP = frozenset({"host", "connection", "accept-encoding", "content-length", "transfer-encoding", "keep-alive"})


@dataclass(frozen=True)
class Asked:
    """One request, by what its path says.

    group, plural: what it is about; empty for /version and discovery. namespace: where; None: nowhere in particular.
    name: of one object.
    """

    method: str
    path: str
    group: str = ""
    plural: str = ""
    namespace: str | None = None
    name: str | None = None

    @classmethod
    def of(cls, method: str, target: str) -> Asked:
        """As https://kubernetes.io/docs/reference/using-api/api-concepts/ lays paths out."""
        path = urllib.parse.urlsplit(target).path
        parts = [urllib.parse.unquote(each) for each in path.strip("/").split("/")]
        rest = parts[2:] if parts[0] == "api" else parts[3:] if parts[0] == "apis" else []
        group = parts[1] if parts[0] == "apis" and len(parts) > 1 else ""
        namespace = None
        if len(rest) > 2 and rest[0] == "namespaces":
            namespace, rest = rest[1], rest[2:]
        plural, name = (rest[0] if rest else ""), (rest[1] if len(rest) > 1 else None)
        if (group, plural) == ("", "namespaces"):
            namespace = name  # the object that is a namespace counts as being in it
        return cls(method, path, group, plural, namespace, name)


@dataclass
class Recorder:
    """The door. `with` opens and shuts it."""

    asked: list[Asked] = field(default_factory=list)

    def __enter__(self) -> Recorder:
        config = json.loads(run("kubectl", "config", "view", "--raw", "--minify", "--flatten", "-o", "json"))
        cluster = config["clusters"][0]["cluster"]
        authority = base64.b64decode(cluster["certificate-authority-data"]).decode()
        where = urllib.parse.urlsplit(cluster["server"])
        trust, asked = ssl.create_default_context(cadata=authority), self.asked

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _pass(self) -> None:
                asked.append(Asked.of(self.command, self.path))
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)) or None
                headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP}
                server = http.client.HTTPSConnection(where.hostname or "", where.port or 443, context=trust)
                try:
                    server.request(self.command, self.path, body, headers)
                    answer = server.getresponse()
                    self.send_response(answer.status)
                    for name, value in answer.getheaders():
                        if name.lower() not in HOP:
                            self.send_header(name, value)
                    self.send_header("Transfer-Encoding", "chunked")
                    self.end_headers()
                    while piece := answer.read1(65536):
                        self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
                        self.wfile.flush()
                    self.wfile.write(b"0\r\n\r\n")
                except OSError:  # either side hung up, as the end of a watch
                    self.close_connection = True
                finally:
                    server.close()

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _pass  # noqa: N815 - as the library calls them

            def log_message(self, *_: Any) -> None:
                """`asked` is the log."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def kubeconfig(self, folder: Path, token: str) -> Path:
        """A kubeconfig for whoever holds `token`, through this door."""
        address = f"http://127.0.0.1:{self._server.server_address[1]}"
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "recorded",
            "clusters": [{"name": "recorded", "cluster": {"server": address}}],
            "users": [{"name": "recorded", "user": {"token": token}}],
            "contexts": [{"name": "recorded", "context": {"cluster": "recorded", "user": "recorded"}}],
        }
        file = folder / "recorded.kubeconfig"
        file.write_text(json.dumps(config), "utf-8")
        return file
