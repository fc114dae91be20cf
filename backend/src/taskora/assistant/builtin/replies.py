"""Fixed things the assistant says: help, greetings, refusals. Words only; what happened is said by the engine."""

EXAMPLES = (
    "Add buy milk tomorrow at 5pm",
    "What's due this week?",
    "Mark the first one as done",
)
HELP = (
    "I keep your tasks. You can tell me things like:\n"
    "- **Add**: “Add buy milk tomorrow at 5pm”, “Remind me to call mom every Sunday”\n"
    "- **List**: “What's pending?”, “What's due this week?”, “Show high priority tasks tagged work”\n"
    "- **Complete**: “Mark the dentist task as done”, “I bought the milk”\n"
    "- **Change**: “Move the report to Friday at 2 PM”, “Rename task 2 to Call Sara”, “Make it urgent”\n"
    "- **Delete**: “Delete the meeting task”\n"
    "- **Undo**: “Undo that”\n"
    "Several requests in one message are fine."
)
TALK = {
    "greeting": "Hello! What would you like to get done? I can add, list, complete, change and delete tasks.",
    "wellbeing": "All good here, and ready to help with your tasks. What's on your list?",
    "thanks": "You're welcome!",
    "bye": "Goodbye! Your tasks are safe here.",
    "identity": "I'm Taskora's assistant. I look after your tasks: adding, listing, completing, changing and deleting "
    "them.",
    "help": HELP,
    "ability": "Yes, that's what I'm here for. I changed nothing yet.\n\n" + HELP,
}
DECLINE = {
    "weather": "I can't look up the weather; I only look after your tasks.",
    "jokes": "Jokes aren't my strength; I only look after your tasks.",
    "messages": "I can't send or read messages; I only look after your tasks. I can add a task to remind you.",
    "media": "I can't control that; I only look after your tasks.",
    "knowledge": "I can't answer that; I only look after your tasks.",
    "writing": "I can't write that for you; I only look after your tasks.",
    "shopping": "I can't order or book things; I only look after your tasks. I can add a task to remind you.",
    "chat": "I'm only good with tasks, so I'll leave that with you. Is there something for your list?",
}
NOTHING = {
    "negated": "All right, I left everything as it is.",
    "supposed": "That sounds like a thought rather than a request, so I changed nothing. Tell me directly when you "
    "want it done.",
    "question": "I don't have an answer to that, and I changed nothing. I can list, search, add or change your tasks.",
    "reported": "I took that as a remark and changed nothing. Tell me directly what to do with your tasks.",
    "almost": "Good progress! I changed nothing; tell me when it's done.",
}
UNCLEAR = "I didn't understand {text}, so I changed nothing. Say “help” to see what I can do."
KEPT = "All right. What I did last stays as it is; say “undo that” to take it back."
CANCELLED = "No problem, I changed nothing."
