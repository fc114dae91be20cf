"""A small server that plays the backend behind the page, so that a test decides when an answer goes on.

Runs inside a container by `python -c`; standard library only. It answers what was asked of it:
/api/who its name · /api/stream one event, the second after /api/release · /api/upload counts bytes while they come ·
/api/seen how many came so far · /mcp what arrived.
"""

import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

released = threading.Event()
received = [0]


class Stub(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/api/stream":
            self._stream()
        elif self.path == "/api/release":
            released.set()
            self._answer({})
        elif self.path == "/api/seen":
            self._answer({"bytes": received[0]})
        else:
            self._answer({"name": os.environ.get("NAME", ""), "path": self.path})

    def do_POST(self) -> None:
        length = self.headers.get("content-length")
        if length is None:
            while size := int(self.rfile.readline(), 16):
                self._count(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            self._count(int(length))
        self._answer({"bytes": received[0], "path": self.path, "authorization": self.headers.get("authorization")})

    def _count(self, size: int) -> None:
        while size:
            piece = self.rfile.read1(min(size, 65536))
            received[0] += len(piece)
            size -= len(piece)

    def _stream(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        self.wfile.write(b"data: first\n\n")
        self.wfile.flush()
        released.wait(60)
        self.wfile.write(b"data: last\n\n")
        self.close_connection = True

    def _answer(self, content: dict[str, object]) -> None:
        body = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


ThreadingHTTPServer(("0.0.0.0", 8000), Stub).serve_forever()
