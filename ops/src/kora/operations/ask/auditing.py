"""Rules in a prompt: read, held against the cluster, answered with one line per offender. Read-only."""

from kora.language.intents import Audit, Unclear
from kora.language.rules.reading import read_rule
from kora.operations.ask.answer import Answer, place
from kora.operations.ask.binding import Binder
from kora.operations.ask.errors import NotUnderstood
from kora.operations.audits import run


def answer_audit(binder: Binder, step: Audit) -> Answer:
    """Check the rule of one step.

    Raises: NotUnderstood when a part of the rule is not understood: nothing is checked then.
    """
    rule = read_rule(step.rule)
    if isinstance(rule, Unclear):
        raise NotUnderstood(rule.question, details={"unclear": [rule.model_dump()]})
    for namespace in rule.scope.namespaces:
        binder.require_space(namespace)
    default = binder.space(step.target)
    found = run(binder.reader, rule, default_namespace=default, assumed=binder.given is None)
    spaces = rule.scope.namespaces or (None if rule.scope.everywhere else default,)
    commands = [
        f"kubectl get {kind.lower()}{place(namespace)} -o yaml" for kind in rule.scope.kinds for namespace in spaces
    ]
    return Answer(
        "\n".join(found.lines),
        commands,
        {"meaning": found.meaning, "checked": found.checked},
        found=True,
        violations=[each.model_dump(mode="json") for each in found.violations],
    )
