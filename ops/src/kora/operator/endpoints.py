"""/metrics, /healthz and /readyz: plain HTTP for Prometheus and the kubelet, nothing confidential."""

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = tuple[int, str]


def serve(host: str, port: int, answers: dict[str, Callable[[], Answer]]) -> ThreadingHTTPServer:
    """Answer GET requests for these paths in a thread; gives the server (its port may have been 0).

    Raises:
        OSError: the port can't be used.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = answers.get(self.path.partition("?")[0])
            status, text = answer() if answer is not None else (404, "not found\n")
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("X-Content-Type-Options", "nosniff")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Requests are not logged: a kubelet asks all the time."""

    server = ThreadingHTTPServer((host, port), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="http", daemon=True).start()
    return server
