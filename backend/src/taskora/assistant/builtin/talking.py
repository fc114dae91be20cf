"""What needs words only: greetings, thanks, help, questions about abilities, subjects of other programs."""

import re

from taskora.assistant.builtin import vocabulary as v
from taskora.assistant.builtin.courtesy import _HELLO
from taskora.assistant.builtin.intents import Cancel, Decline, Intent, Talk
from taskora.assistant.builtin.text import Phrase

_TALK: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "greeting",
        re.compile(
            rf"^{_HELLO}(?: ?[,!.]? ?(?:how are you(?: doing)?(?: today)?|how's it going|what's up|nice to "
            rf"meet you|there))?$"
        ),
    ),
    (
        "wellbeing",
        re.compile(
            r"^(?:how are you(?: doing)?(?: today)?|how's it going|how do you do|what's up|how are things|you "
            r"ok|are you (?:ok|there|alive|awake|real|human|a bot|a robot|an ai))$"
        ),
    ),
    (
        "wellbeing",
        re.compile(
            r"^(?:i |we |just )?(?:hope|trust|hoping)(?: that)? (?:you're|you are|you had|you have|you've|you slept|"
            r"all is|all's|everything is|everything's|things are|this finds you|your (?:day|week|weekend|morning|"
            r"evening|night|holidays?|trip) (?:is|was|went|has been))\b[^,;:]*$"
        ),
    ),
    (
        "thanks",
        re.compile(
            r"^(?:(?:many )?thanks|thank you|cheers|much appreciated|appreciate it|i appreciate (?:it|that|"
            r"you)|great|perfect|awesome|nice|cool|good job|well done|great job|excellent|wonderful|amazing|"
            r"lovely|sweet|good|fantastic|brilliant|you're the best|you rock|love it|nice one|nice work|good "
            r"work|got it|understood|alright|all right|sounds good|fair enough|that's (?:great|perfect|it|all|"
            r"fine|good|right|correct)|that will be all|that'll be all|nothing else|all good|no worries|no "
            r"problem|ok|super|neat|wow|lol|haha|hahaha|:\)|👍|🙏|❤️?)(?: (?:so much|a lot|very much|a million|a "
            r"ton|again|kora|for (?:that|this|the help|your help|everything|all|helping)|then|buddy|mate|man|"
            r"thanks|thank you|job|work|you|it|now|for now|that helps))*$"
        ),
    ),
    (
        "bye",
        re.compile(
            r"^(?:bye|goodbye|good bye|bye bye|see (?:you|ya)(?: (?:later|soon|tomorrow|around))?|cya|later|"
            r"good ?night|have a (?:good|great|nice) (?:day|one|evening|night|weekend)|talk (?:to you "
            r")?(?:later|soon)|take care|ttyl)$"
        ),
    ),
    (
        "identity",
        re.compile(
            r"^(?:who|what) are you$|^what(?:'s| is) your name$|^(?:tell me about yourself|introduce yourself|"
            r"who (?:made|built|created) you|are you (?:chatgpt|gpt|claude|gemini|siri|alexa|an llm).*)$"
        ),
    ),
    (
        "help",
        re.compile(
            r"^(?:help|help me|i need help|halp|commands?|menu|options|instructions|usage|manual|tutorial|"
            r"guide me|get started|\?+|/help|help please|what can (?:i|you) (?:do|say|ask|help).*|what (?:do|"
            r"else can|can else) you do.*|what (?:all )?can (?:i|you) .*|how (?:do|can|should|would|could) "
            r"(?:i|you|we|one) .*|how does (?:this|it|that|taskora|kora|the app|everything) work.*|how to .*|"
            r"what (?:are|is) (?:your|this app'?s?|the) (?:capabilities|features|commands?|functions?|"
            r"skills).*|show me what you can do|what is (?:this|taskora|kora)(?: for)?|tell me what you can do|"
            r"what happens (?:if|when) .*|explain (?:how|what|yourself|this).*)$"
        ),
    ),
)
_ABILITY = re.compile(
    rf"^(?:can|could|are|will|would|do|is|may) (?:you|u|kora|taskora|this app|this|i|it|we|one)(?: able to| "
    rf"possible to| capable of| know how to| support| also| even| be able to| possible for you to)? "
    rf"(?:{v.ADD_ANY}|{v.DELETE}|{v.COMPLETE}|{v.RENAME}|{v.CHANGE}|{v.RESCHEDULE_STRONG}|{v.SHOW}|mark|create|"
    rf"move|schedule|undo|reopen|tag|prioriti[sz]e|organi[sz]e|sort|manage|handle|adding|deleting|editing|set|"
    rf"repeat|support|search|snooze|have|use|do|understand|speak)"
    r"(?: (?:multiple|several|many|recurring|repeating|some|any|other|different|new|old|completed|my|more than "
    r"one|subtasks?|due dates?|things like))* ?(?:tasks?|things|items|todos|to dos|reminders|due dates?|"
    r"priorities|tags|labels|projects|lists|subtasks|stuff|dates|deadlines|english|spanish|urdu|changes|notes|"
    r"actions|mistakes)?(?: (?:too|as well|also|in bulk|at once|for me|by voice|automatically|from here|or "
    r"not))*$"
)
_CANCEL = re.compile(
    r"^(?:(?:no|oh|actually|wait|ah|hmm|um|on second thoughts?|haha|lol|sorry|ok|oops) ?,? ?)*(?:never "
    r"?mind(?: that| it| about (?:that|it))?|forget (?:it|that|about it|about that|i said (?:that|anything))|"
    r"cancel(?: (?:that|it|this|the last request))?|scratch that|ignore (?:that|it|this|me|my last message|"
    r"what i said)|disregard(?: that| it| this)?|just kidding|kidding|i'm kidding|i was (?:just )?kidding|i'm "
    r"joking|just joking|stop(?: it| that)?|abort|strike that|leave it|let it be|don't|no don't|do not|don't "
    r"do (?:that|it|anything)|don't bother|i changed my mind|changed my mind|on second thoughts?|skip (?:it|"
    r"that)|drop it|hold on|wait|nothing|no wait|actually no|not now|maybe later|leave (?:it|them|that) "
    r"(?:alone|as is|be)|keep (?:it|them|that)(?: (?:all|please))?|don't (?:add|delete|remove|change|do|"
    r"complete|touch|save|create|move) (?:it|that|them|this|anything|those)(?: (?:though|yet|please|now|after "
    r"all))?)(?: (?:please|for now|thanks|then|though|just kidding|it's fine|don't do it|don't))?$"
)
_FOREIGN_FRAMES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "weather",
        re.compile(
            r"\b(?:weather|forecast|temperature outside|(?:will|is) it (?:going to )?(?:rain|snow|be (?:sunny|"
            r"hot|cold|warm))(?:ing)?|how (?:hot|cold|warm) is it)\b"
        ),
    ),
    (
        "jokes",
        re.compile(
            r"\b(?:tell|give|know|say|make|crack|share|hear)\b.*\b(?:jokes?|riddles?|puns?|funny|fun fact|"
            r"story|stories)\b|\bmake me laugh\b|^(?:another )?jokes?$|^entertain me"
        ),
    ),
    (
        "messages",
        re.compile(
            r"^(?:send|write|draft|reply|forward|compose|shoot|post|tweet|whatsapp|dm)(?: (?:a|an|my|the|him|"
            r"her|them|out|back|to|another|quick|short|this|that))* ?(?:e-?mails?|mails?|messages?|sms|texts?|"
            r"tweets?|dms?|letters?|replies|reply|posts?|whatsapp|invites?|invitations?|slack)\b|^(?:email|"
            r"e-mail|text|message|call|phone|ring|dm|tweet|whatsapp|slack|facetime) (?:him|her|them|someone|"
            r"somebody|everyone)\b|^(?:read|check|open|show)(?: me)? (?:my )?(?:new |latest |unread "
            r")?(?:e-?mails?|inbox messages|messages|texts|notifications)$|^(?:post|share) (?:this|that|it)? "
            r"?(?:on|to) (?:facebook|twitter|x|instagram|linkedin)"
        ),
    ),
    (
        "media",
        re.compile(
            r"^(?:play|pause|resume|stream|sing|watch|turn (?:on|off|up|down)|switch (?:on|off)|dim|skip "
            r"(?:this|the) (?:song|track)|volume|listen to)\b(?!.*\b(?:task|list|reminder)\b)|^(?:set|start|"
            r"stop|snooze) (?:a|an|the|my) (?:\w+ ){0,2}(?:timer|alarm|stopwatch|countdown)\b"
        ),
    ),
    (
        "knowledge",
        re.compile(
            r"^(?:who|what|where|when|why|how|which)(?:'s| is| are| was| were| did| does| do| many| much| tall|"
            r" old| far| long| big| deep)\b.*\b(?:capital|president|prime minister|population|meaning of|"
            r"meaning|definition|inventor|invented|discovered|founder|ceo|king|queen|born|die|died|located|"
            r"country|countries|planet|planets|earth|moon|sun|speed of|distance|height|history|war|world|"
            r"universe|god|life|love|consciousness|bitcoin|dollar|euro|rupee|price of|stock|recipe|cook|"
            r"calories|movie|song|actor|actress|singer|author|wrote|written by|match|game|score|winner|won|"
            r"time is it|the time|day is (?:it|today)|date is|today's date|language|translate|in (?:french|"
            r"spanish|german|urdu|arabic|hindi|chinese))\b|^(?:what|which) (?:day|time|date|year|month) is "
            r"(?:it|today)\b|^what(?:'s| is) (?:the (?:date|time|day)|today's date|today|\d[\d.,]* ?(?:\+|-|\*|"
            r"x|×|÷|/|plus|minus|times|divided by).*)$|^(?:calculate|compute|solve|convert|translate|define|"
            r"spell|google|wikipedia|explain|teach|describe (?:the|a|how)|summari[sz]e (?:this|the (?:article|"
            r"book|text|news|meeting|story))|compare|recommend|suggest|advise|analy[sz]e|debug|code|program|"
            r"implement|compile|hack|prove|invent|predict|guess|imagine|roleplay|pretend|act as|act like|"
            r"simulate|diagnose)\b|^\d[\d.,]* ?(?:\+|-|\*|x|×|÷|/|plus|minus|times|divided by) ?\d.*$|"
            r"\b(?:news|headlines)$|^(?:what's|what is) (?:in )?the (?:latest )?news\b|^(?:who|what) (?:won|"
            r"wins|is winning)\b|^(?:tell|teach) me (?:something|about|a fact|the (?:news|time|date|score|"
            r"meaning|difference|history|capital)|how to|who|why)\b(?!.*\btasks?\b)"
        ),
    ),
    (
        "writing",
        re.compile(
            r"^(?:write|compose|generate|create|draft|make|give|draw|paint|design|produce|sketch|render|"
            r"build)(?: me)?(?: (?:a|an|the|some|my|another|short|long|quick|little|funny|nice|beautiful))* "
            r"?(?:poems?|haikus?|essays?|stor(?:y|ies)|songs?|lyrics|code|functions?|scripts?|python\b.*|"
            r"javascript\b.*|java\b.*|sql\b.*|programs?|blog ?posts?|articles?|paragraphs?|speech(?:es)?|cover "
            r"letters?|resumes?|cv|limericks?|sonnets?|raps?|pictures?|images?|drawings?|logos?|websites?|"
            r"apps?|memes?|recipes?|diet plan|workout plan|meal plan|itinerary|jokes?)\b(?!.*\b(?:task|list|"
            r"reminder)s?\b)"
        ),
    ),
    (
        "shopping",
        re.compile(
            r"^(?:order|book|buy|reserve|get|find|call|hail)(?: me)?(?: (?:a|an|the|some|us|two|one))+ ?(?:\w+ "
            r"){0,2}?(?:uber|lyft|taxi|cab|flight|flights|hotel|hotel room|table|restaurant|pizza|burger|food|"
            r"ride|ticket|tickets)\b(?!.*\b(?:task|list|reminder)s?\b)|^(?:navigate|directions|drive me|take "
            r"me) ?(?:to|home)?\b"
        ),
    ),
    (
        "chat",
        re.compile(
            r"^(?:i'm|i am|i feel|i'm feeling|we're|i've been feeling|feeling) (?:so |very |really |a bit |"
            r"kind of |just |too |super |extremely |a little )*(?:tired|sad|happy|bored|hungry|thirsty|"
            r"stressed|anxious|depressed|lonely|angry|sick|ill|busy|excited|sleepy|exhausted|overwhelmed|upset|"
            r"mad|lost|confused|nervous|fine|good|ok|great|well|home|late|back|here|ready|not well|unwell|"
            r"frustrated|annoyed|cold|hot|drunk|in love|worried|scared|hurt)\b.*$|^(?:i|we) (?:love|hate|like|"
            r"dislike|adore|miss|enjoy|prefer|can't stand|can't believe|feel|think|believe|hope|guess|"
            r"wonder)\b.*$|^(?:what do you think|do you (?:like|love|hate|think|believe|know|have feelings|"
            r"dream|sleep|eat|remember)|are you (?:happy|sad|tired|smart|stupid|single|married|conscious|"
            r"sentient|serious|sure|kidding|joking|mad|angry|busy)|will you marry me|i love you|sing me|can "
            r"you (?:sing|dance|cook|drive|swim|think|feel|laugh|cry|hear me|see me|love|lie|sleep|eat|"
            r"talk))\b.*$"
        ),
    ),
)


def read_talk(words: Phrase) -> Intent | None:
    """Small talk, help and abilities; never a request that changes anything."""
    low = words.low.strip(" .!?,")
    for kind, pattern in _TALK:
        if pattern.match(low):
            return Talk(kind)
    return None


def read_ability(words: Phrase) -> Intent | None:
    """ "Can you delete tasks?" asks what is possible; "can you delete the milk task?" asks to do it."""
    return Talk("ability") if _ABILITY.match(words.low.strip(" .!?,")) else None


def read_cancel(words: Phrase) -> Intent | None:
    """ "Never mind", "just kidding", "no, don't"."""
    return Cancel() if _CANCEL.match(words.low.strip(" .!?,")) else None


def read_foreign(words: Phrase) -> Intent | None:
    """Subjects of other programs."""
    for subject, pattern in _FOREIGN_FRAMES:
        if pattern.search(words.low):
            return Decline(subject)
    return None
