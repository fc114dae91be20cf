"""The patterns of requests that change existing tasks; `changing` reads them. Nothing but data."""

import re

from taskora.assistant.builtin import vocabulary as v
from taskora.assistant.builtin.text import QUOTE

TITLE_WORD = r"(?:titles?|names?|wording|text|heading|headline|label)"
DUE_WORD = r"(?:due dates?|due times?|due days?|due|deadlines?|dates?|times?|day|start(?: date| time)?|schedule|timing)"
NOTE_WORD = r"(?:descriptions?|desc|notes?|details?|comments?|body|info)"
SET = (
    r"(?:set|change|update|edit|modify|adjust|move|make|put|alter|fix|correct|revise|switch|give|assign|add|"
    r"push|amend|bump|write)"
)
TO = r"(?:to|as|into|with|for|->|→|=>|=|:|to be|to read|to say|on|at|until|by)"
DAY_PART = r"(?:morning|noon|afternoon|evening|night|tonight)"

RENAME = re.compile(rf"^{v.RENAME} (?P<rest>.+)$")
FIELD_OF = re.compile(
    rf"^{SET} (?:the |its |a |an |my )?(?:new )?(?P<field>{TITLE_WORD}|{DUE_WORD}|{NOTE_WORD}|priority|"
    rf"project|list|recurrence|repetition|repeat|frequency|tags?) (?:of|for|on|from|in) (?P<rest>.+)$",
    re.DOTALL,
)
OWN_FIELD = re.compile(
    rf"^{SET} (?P<t>.+?)(?:'s|s'|s's)? (?P<field>{TITLE_WORD}|{DUE_WORD}|{NOTE_WORD}|priority|project|"
    rf"recurrence|repeat|frequency|tags?) {TO} (?P<value>.+)$",
    re.DOTALL,
)
ITS_FIELD = re.compile(
    rf"^{SET} (?:its|their|the) (?P<field>{TITLE_WORD}|{DUE_WORD}|{NOTE_WORD}|priority|project|recurrence|"
    rf"repeat|frequency|tags?) {TO} (?P<value>.+)$",
    re.DOTALL,
)
CHANGE_TO = re.compile(rf"^(?P<verb>{v.CHANGE}|call|have) (?P<rest>.+)$", re.DOTALL)
CALL = re.compile(
    r"^(?:call|name|title) (?P<t>it|that|this|that one|the (?:first|second|third|last) one|(?:task |number |"
    r"#)\d+) (?P<value>.+)$|^(?P<t2>.+?) should (?:be|say|read)(?: called| named| titled)? (?P<value2>.+)$"
)
MOVE = re.compile(rf"^(?P<verb>{v.RESCHEDULE_STRONG}|{v.RESCHEDULE_WEAK}) (?P<rest>.+)$")
SHIFT = re.compile(
    r"^(?P<t>.+?)(?: (?P<dir>back|forward|out|up|ahead|earlier|later|off))? (?:by|for|another) (?P<by>(?:an?|"
    r"one|two|three|four|five|six|seven|eight|nine|ten|a couple of|a few|half an?|\d+) (?:more )?(?:minutes?|"
    r"mins?|hours?|hrs?|days?|weeks?|months?|fortnights?))(?: (?P<dir2>later|earlier|back|forward|more))?$"
    r"|^(?P<t2>.+?)(?: (?P<dir3>back|forward|out|up|ahead|off))? (?P<by2>(?:an?|one|two|three|four|five|six|"
    r"seven|eight|nine|ten|a couple of|a few|half an?|\d+) (?:more )?(?:minutes?|mins?|hours?|hrs?|days?|"
    r"weeks?|months?|fortnights?))(?: (?P<dir4>later|earlier|back|forward|more|ahead|out))?$"
)
LINKED = re.compile(
    r" (?P<link>to|until|till|til|for|on|at|by|into|from now to|over to|off to|off until|back to|up to|forward "
    r"to|back until|->|→|-) "
)
DUE = re.compile(
    r"^(?:make|set|have|mark|put) (?P<t>.+?)(?: to be)? due(?: (?:on|by|at|for))? (?P<value>.+)$|"
    r"^(?P<t2>.+?)(?:'s)? (?:is|are|should be|needs? to be|has to be|must be)(?: now)? (?:due|scheduled for|"
    r"moved to|set for)(?: (?:on|by|at|for|to))? (?P<value2>.+)$|^(?P<t3>.+?) (?:was|has been|got|is being)(?: "
    r"\w+)? (?:moved|postponed|rescheduled|pushed(?: back)?|shifted|delayed|brought forward) (?:to|until|till|"
    r"for) (?P<value3>.+)$"
    r"|^(?P<t4>.+?) (?:is|are|is now)(?: on| at| for| by) (?P<value4>.+)$"
    r"|^(?P<t6>.+?) (?:(?:will|'ll|is going to|are going to|may|might|should) )?(?:can|could|will|'ll|should|has to|"
    r"have to|must|may|"
    r"might as well)(?: just| easily| also)? "
    r"wait (?:until|till|til|for|to)(?: after)? (?P<value6>.+)$"
    r"|^give (?P<t7>.+?)(?: time)? (?:until|till|til) (?P<value7>.+)$"
    r"|^(?P<t5>.+?) (?:should be|needs to be|has to be|must be)(?: on| at| for| by)? (?P<value5>.+)$"
)
GIVE_DUE = tuple(
    re.compile(pattern)
    for pattern in (
        r"^(?:add|set|put|assign) (?:a |an |the )?(?:due date|deadline|due time|date) (?:to|for|on) "
        r"(?P<c>.+?)(?: ?(?:,|:|of|for|to|on|as))? (?P<value3>.+)$",
        r"^(?:add|set|put|assign|attach|give) (?:a |an |the )?(?:new )?(?:due date|deadline|due time|date|"
        r"due)(?: (?:of|for|:))? (?P<value2>.+?) (?:to|on|for) (?P<b>.+)$",
        r"^(?:give|assign|set|add|put|attach) (?P<a>.+?) (?:a |an |the )?(?:new )?(?:due date|deadline|due "
        r"time|date|time|due)(?: (?:of|for|to|on|at|:))? (?P<value>.+)$",
    )
)
ADD_DATE = re.compile(
    r"^(?:add|set) (?P<value>.+?) as (?:the |a |its )?(?:due date|deadline|date|due) (?:to|for|of|on) (?P<t>.+)$"
)
CLEAR = re.compile(
    rf"^(?:remove|clear|delete|drop|unset|erase|strip|get rid of|cancel|take off|take away|take|reset|wipe) "
    rf"(?:the |its |a |an |all |my |any )*(?P<field>{DUE_WORD}|priority|{NOTE_WORD}|repeat(?:ing)?|"
    rf"recurrence|recurring|repetition|tags?|labels?|reminders?|project|steps?|subtasks?)(?: date| setting| "
    rf"rule)?(?: (?P<name>[#@]?[\w-]+|{QUOTE}))? (?:from|of|on|off|for|in|off of) (?P<t>.+)$"
    rf"|^(?:remove|clear|delete|drop|unset|erase|strip) (?P<t2>.+?)'s (?P<field2>{DUE_WORD}|priority|"
    rf"{NOTE_WORD}|repeat|recurrence|tags?|labels?|reminders?|project)$"
    rf"|^(?:make|set|leave) (?P<t3>.+?) (?:have |with |to )?(?P<field3>no due date|no deadline|undated|without "
    rf"(?:a )?(?:due )?date|no date|someday|no priority|not (?:repeat|recur)(?:ing)?|non-?recurring|"
    rf"non-?repeating|one-?time|one-?off)$"
    rf"|^(?:stop|don't|do not|cancel) (?:repeat(?:ing)?|recur(?:ring)?) (?P<t4>.+)$|^(?:stop|make) (?P<t5>.+?) "
    rf"(?:from )?(?:stop )?(?:repeating|recurring)$|^(?P<t6>.+?) (?:doesn't|does not|shouldn't|should not|"
    rf"needn't|no longer) (?:need to |has to |have to )?(?:repeats?|recurs?)(?: any ?more)?$|"
    rf"^(?P<un>unschedule|undate) (?P<t7>.+)$"
    rf"|^(?P<t8>.+?) (?:doesn't|does not|don't|do not|no longer) needs? (?:a |an |any |its |the "
    rf")?(?P<field8>{DUE_WORD}|priority|"
    rf"reminders?|tags?|labels?|project|repeating)(?: any ?more| any longer| now)?$"
)
UNTAG = re.compile(
    rf"^(?:remove|delete|take|drop|clear|strip) (?:the |its )?(?:(?:tag|label) (?P<n1>{QUOTE}|[#@]?[\w-]+)|"
    rf"(?P<n2>[#@]\w[\w-]*)|(?P<n3>{QUOTE}|[\w-]+) (?:tag|label)) (?:from|off|of|on|off of) (?P<t>.+)$|^untag "
    rf"(?P<t2>.+?)(?: (?:from|as|with) (?P<n4>{QUOTE}|[#@]?[\w-]+))?$"
)
TAG = re.compile(
    rf"^(?:tag|label) (?P<t8>it|that|this|them|both|those|these|that one|task \d+) (?P<n8>(?!with\b|as\b|under\b|by\b)"
    rf"[#@]?[\w-]+(?: ?(?:,|and|, and) [#@]?[\w-]+)*)$"
    rf"|^(?:tag|label) (?P<t>.+?) (?:with|as|under|by|:)(?: the)?(?: (?:tag|label)s?)? (?P<n>{QUOTE}|"
    rf"[#@]?[\w-]+(?: ?(?:,|and|, and) [#@]?[\w-]+)*)$"
    rf"|^(?:add|put|apply|attach|give|assign|stick|set)(?: (?:the|a))? (?:tags?|labels?)(?: of| called| named| "
    rf":)? (?P<n2>{QUOTE}|[#@]?[\w-]+(?: ?(?:,|and|, and) [#@]?[\w-]+)*) (?:to|on|for|onto) (?P<t2>.+)$"
    rf"|^(?:add|put|apply|attach|give|assign|stick|set)(?: (?:the|a))? (?P<n3>{QUOTE}|[#@]?[\w-]+) (?:tag|"
    rf"label) (?:to|on|for|onto) (?P<t3>.+)$"
    rf"|^(?:add|put|apply|attach|assign) (?P<n4>[#@]\w[\w-]*(?: ?(?:,|and) ?[#@]\w[\w-]*)*) (?:to|on|onto) (?P<t4>.+)$"
    rf"|^(?:tag|label) (?P<t5>.+) (?P<n5>{QUOTE}|[#@]?[\w-]+)$|^(?:give|add to) (?P<t6>.+?) (?:the |a "
    rf")?(?:(?:tag|label) (?P<n6>{QUOTE}|[#@]?[\w-]+)|(?P<n7>{QUOTE}|[#@]?[\w-]+) (?:tag|label))$"
)
PRIORITY_SET = re.compile(
    rf"^(?:set|change|update|make|raise|lower|bump|increase|decrease|put|give|assign|adjust|edit|modify|add|move|"
    rf"crank|boost|bring|drop|up|reduce|elevate)(?: up| down)? "
    rf"(?:the |a |its )?priority (?:of |for |on )(?P<t2>.+?)(?: (?:as|to|to be|at|up to|down to|:|=|from \w+ "
    rf"to))* (?P<p2>{v.PRIORITY})(?:[ -]priority)?$"
    rf"|^(?:set|change|update|make|mark|flag|bump|raise|lower|increase|decrease|give|adjust|switch|put|assign|"
    rf"consider|treat|upgrade|downgrade|drop|move|label|turn|boost|elevate|reduce|edit|modify) (?P<t>.+?)(?:'s "
    rf"priority)? (?:(?:as|to|to be|at|with|on|in|a|an|is|the|of|be|down to|up to) )*(?:priority (?:to |as |of "
    rf"|level )?)?(?P<p>{v.PRIORITY})(?:[ -]priority)?(?: level)?$"
    rf"|^(?:set|give|assign|add|put|apply|make)(?: a| an)? (?P<p3>{v.PRIORITY})[ -]priority (?:to|for|on|of) "
    rf"(?P<t3>.+)$|^(?:set|give|assign|add|put)(?: a)? priority (?:of |to |as )?(?P<p4>{v.PRIORITY}) (?:to|for|"
    rf"on) (?P<t4>.+)$"
    rf"|^priority (?:of|for) (?P<t5>.+?) (?:is|to|should be|:|=) (?P<p5>{v.PRIORITY})$|^(?:its|the) priority "
    rf"(?:is|should be|to) (?P<p6>{v.PRIORITY})$"
)
PRIORITY_IS = re.compile(
    rf"^(?P<t>.+?) (?:is|are|'s|should be|needs to be|has to be|must be|became|has become)(?: now| really| "
    rf"very| super| actually| a| of| my)* (?P<p>{v.PRIORITY})(?:[ -]priority)?(?: now)?$|^(?P<t2>it|that|"
    rf"this)'s(?: now| really| actually)? (?P<p2>{v.PRIORITY})(?:[ -]priority)?$"
)
NO_LONGER_URGENT = re.compile(
    r"^(?P<t>.+?) (?:is no longer|are no longer|isn't|is not|aren't|are not|'s not|'s no longer) (?:that |so |really "
    r"|very )*"
    r"(?:urgent|important|critical|high priority|a priority|top priority)(?P<now> any ?more| any longer| now)?$"
)
PRIORITIZE = re.compile(
    r"^(?P<down>de-?)?prioriti[sz]e (?P<t>.+)$|^(?P<up>raise|increase|bump up|bump|boost|elevate|up|upgrade|"
    r"lower|decrease|reduce|drop|downgrade) (?:the )?priority (?:of|for|on) (?P<t2>.+)$|^(?P<up3>raise|"
    r"increase|boost|elevate|upgrade|lower|decrease|reduce|downgrade) (?P<t3>.+?)(?:'s)? priority$|^(?:star|"
    r"flag|pin|highlight|escalate) (?P<t4>.+)$"
)
PROJECT = re.compile(
    rf"^(?:move|put|file|assign|add|transfer|shift|send|place|switch|change|drag|set|get|stick|drop|"
    rf"organi[sz]e|bring|push) (?P<t>.+?) (?:to|in|into|under|over to|onto|inside|on|back to) (?:the |my |our "
    rf")?(?:(?:project|list|folder) (?:called |named )?(?P<n>{QUOTE}|[^,]+)|(?P<n2>{QUOTE}|[^,]+?) (?:project|"
    rf"list|folder)|(?P<n3>{QUOTE}|[#]?[\w/&-]+(?: [\w/&-]+){{0,3}}))$"
)
UNPROJECT = re.compile(
    r"^(?:take|remove|move|pull|get) (?P<t>.+?) (?:out of|from|out from|off) (?:the |my )?(?P<n>[\w/-]+(?: "
    r"[\w/-]+)?) (?:project|list|folder)$"
)
NOTE = re.compile(
    rf"^(?P<verb>add|attach|stick|pin|put|append|write|leave|include|set|insert|save|make|jot down|give|note) (?:a |"
    rf"an |"
    rf"the |another |some |this |following |my )*{NOTE_WORD}(?: (?:to|on|for|in|about|under|onto|of))? "
    rf"(?P<rest>.+)$"
    rf"|^(?P<verb2>add|append|put|write|note|include|attach) (?P<text>.+?) (?:to|in|into|as|on|under) (?:the |"
    rf"a |an |its )?{NOTE_WORD}(?: (?:of|for|on|to|in) (?P<t>.+))?$"
    rf"|^(?:describe) (?P<t2>.+?) (?:as|:|with) (?P<text2>.+)$|^(?:note|comment) (?:on|in|under|to) "
    rf"(?!(?:self|me|myself)\b)(?P<t3>.+?) (?::|that) (?P<text3>.+)$",
    re.DOTALL,
)
STEP = re.compile(
    r"^(?:add|create|put|insert|append|include|make) (?:a |an |another |the |these |following |new )*(?:steps?|"
    r"sub-?tasks?|checklist items?|sub-?items?|bullet(?: point)?s?)(?: (?:called|named|to|:|,|for))*? "
    r"?(?P<a>.+?) (?:to|in|under|on|for|into) (?P<t>.+)$|^(?:add|put|append|insert|include) (?P<b>.+?) as (?:a "
    r"|an )?(?:steps?|sub-?tasks?|checklist items?) (?:to|of|in|under|on|for) (?P<t2>.+)$"
)
SPLIT = re.compile(
    r"^(?:split|break|divide|chop|cut|turn|separate)(?: up| down)? (?P<t>.+?)(?: up| down)? into (?:the |these |some |"
    r"following |smaller |several |\d+ |two |three |four |five |separate )*(?:steps?|sub-?tasks?|pieces|parts|chunks|"
    r"check ?list(?: items)?|bits)(?: (?:like|such as|namely|of))? ?[:,\-–]? (?P<s>.+)$"
    r"|^(?:split|break|divide)(?: up| down)? (?P<t3>.+?)(?: up| down)? into (?P<s3>.+ and .+)$"
    r"|^(?:the )?(?:steps|sub-?tasks) (?:for|of|in) (?P<t2>.+?) (?:are|:) (?P<s2>.+)$",
    re.DOTALL,
)
SPARING = re.compile(
    r" (?:, )?(?:and )?(?:except(?: for)?|but (?:not|leave|keep|spare|skip|don't (?:move|touch|change|tag))|apart from|"
    r"excluding|other than|save for) (?P<but>.+?)(?: (?:alone|out|as (?:it|they) (?:is|are)|as is|where (?:it|they) "
    r"(?:is|"
    r"are)))?$"
)
REMIND_OF_IT = re.compile(
    rf"^{v.REMIND}(?: about| of)? (?P<t>it|that|this|them|those|that one)(?: again)? (?P<value>.+)$"
)
ARROW = re.compile(r"^(?P<t>.+?) ?(?:->|→|=>) ?(?P<value>.+)$")
REPEAT = re.compile(
    r"^(?:make|set|have|get|let|change|schedule|turn|switch|convert) (?P<t>.+?)(?: (?:to|into))?(?: a| an)? "
    r"(?:repeat(?:ing)?|recur(?:ring)?|happen|occur|run|be repeated)(?: (?:task|one|reminder))?(?: (?:to|at|as|"
    r"on|for))? ?(?P<value>.*)$|^repeat (?P<t2>.+?) (?P<value2>(?:every|each|daily|weekly|monthly|yearly|"
    r"annually|on)\b.*)$|^(?P<t3>.+?) (?:should|needs to|has to|must|repeats|recurs|should be)(?: repeat| "
    r"recur| repeating| recurring| happen| done)? ?(?P<value3>(?:every|each|daily|weekly|monthly|yearly|"
    r"annually)\b.*)$|^(?:make|set|change|switch) (?P<t4>.+?)(?: (?:to|into|be))?(?: a)? (?P<value4>(?:every|"
    r"each|daily|weekly|monthly|yearly|annual(?:ly)?|biweekly|quarterly|bi-weekly)\b.*)$"
)
MAKE = re.compile(
    r"^(?:(?:no|oh|oops|wait|sorry|actually|hmm|i mean|i meant|correction) ?,? ?)*(?:(?:make|turn|change|"
    r"correct|fix|switch|edit|update)(?: (?P<t>it|that|this|that one|this one|the last one|them|those|these|"
    r"the (?:first|second|third|last) one))(?: (?:to|into|be|say|read|for|say that|as|on|at|due))?|i (?:meant|"
    r"mean)(?: to (?:say|add|write))?|it should (?:be|say|have been)|that should (?:be|say|have been)|should "
    r"be|should have been|i wanted|make) (?P<value>.+?)(?: instead)?$"
)
NOT_BUT = re.compile(
    r"^(?:no ?,? ?)?not (?P<old>.+?)(?: ,|,| but) (?:but )?(?P<value>.+?)$|^(?:i (?:said|meant) "
    r")?(?P<value2>.+?),? not (?P<old2>.+)$"
)
INSTEAD = re.compile(r"^(?:do|have|let's do|move to|let's have) (?P<t>.+?) (?P<when>(?:on |at |by )?[^,]+?) instead$")
VALUE_LEAD = re.compile(
    r"^(?:be|say|read(?= \ue000)|being|called|named|titled|the following|this|now|just|instead|rather) "
)
INSTEAD_TAIL = re.compile(r" (?:instead|please|from now on|going forward)$")
