"""KD52x: ports."""

from collections.abc import Iterator

from kora.operations.dockerfiles.findings import Category, Hit, Severity, Subject, rule

_ADMIN = {22: "SSH", 23: "Telnet", 3389: "RDP", 2375: "the engine without TLS", 9229: "the Node debugger",
          5678: "the Python debugger", 5005: "the Java debugger"}  # fmt: skip


@rule("KD521", "privileged-port", Severity.WARNING, Category.PORTABILITY, fix="Listen on a port above 1023.")
def privileged_port(subject: Subject) -> Iterator[Hit]:
    """A port below 1024, which a user without rights may not open everywhere."""
    for number, one in subject.final.ports:
        if 0 < number < 1024 and number not in _ADMIN:
            yield Hit(one.line, f"Port {number} needs a capability that hardened clusters take away.")


@rule(
    "KD522", "admin-port", Severity.ERROR, Category.SECURITY, fix="Take it out; use `docker exec` or `kubectl debug`."
)
def admin_port(subject: Subject) -> Iterator[Hit]:
    """A port for shells or debuggers is open."""
    for number, one in subject.final.ports:
        if number in _ADMIN:
            yield Hit(one.line, f"Port {number} is {_ADMIN[number]}: a second way into the container.")


@rule("KD523", "port-invalid", Severity.ERROR, Category.PRACTICE, replaces=("DL3011",), fix="Use 1 to 65535.")
def port_invalid(subject: Subject) -> Iterator[Hit]:
    """EXPOSE names a number that is no port."""
    for number, one in subject.final.ports:
        if not 1 <= number <= 65535:
            yield Hit(one.line, f"{number} is no port.")


@rule("KD524", "port-differs", Severity.ERROR, Category.PRACTICE, fix="Name the port that the command opens.")
def port_differs(subject: Subject) -> Iterator[Hit]:
    """The command opens another port than EXPOSE names."""
    stage = subject.final
    named = {number for number, _ in stage.ports}
    for command in stage.start_commands if named else []:
        given = command.option("--port", "-p") if command.program not in {"node", "java"} else None
        bind = command.option("--bind", "-b", "--listen")
        text = given or (bind.rpartition(":")[2] if bind else "")
        if text.isdigit() and int(text) not in named:
            yield Hit(stage.ports[0][1].line, f"The command opens {text}, EXPOSE names {sorted(named)[0]}.")
