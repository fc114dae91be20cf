"""Delivery of due reminders: the loop that fires them, and what a person does with one that fired (snooze, dismiss).

The rows belong to tasks, which computes their instants; a fired reminder becomes a `reminder` event, which live
updates and webhooks carry on.
"""
