"""The small words of rules: resources, comparisons, negations, obligations, searches, exceptions.

Data only, read by `language.rules.scan`; what rules speak about is in `concepts`.
"""

from kora.domain.rules import Op


def spoken(text: str) -> frozenset[str]:
    """A set of words, written as one text."""
    return frozenset(text.split())


RESOURCES = {
    "cpu": "cpu",
    "processor": "cpu",
    "memory": "memory",
    "mem": "memory",
    "ram": "memory",
    "ephemeral storage": "ephemeral-storage",
    "ephemeral": "ephemeral-storage",
}
SIDES = {"request": "requests", "limit": "limits"}
RATIOS = (
    "limit to request ratio | ratio of limit to request | limit request ratio | ratio between limit and request"
    " | ratio of their limit to their request | resource ratio | ratio of the limit to the request | request to limit"
    " ratio | ratio between their limit and request | ratio between request and limit | limit to request"
    " | memory limit to request ratio | cpu limit to request ratio | memory limit to memory request ratio"
    " | cpu limit to cpu request ratio | ratio of memory limit to memory request | ratio of cpu limit to "
    "cpu request | ratio"
)

# Words before or after a value, and what they mean for a number.
COMPARISONS: dict[Op, str] = {
    Op.BELOW: "shorter than | less than | below | under | smaller than | lower than | fewer than | strictly less than",
    Op.AT_MOST: "at most | no longer than | not longer than | not be longer than | no more than | not more than | not exceed | not exceeding | up to | maximum of | max of"
    " | capped at | less than or equal to | no greater than | not greater than | no higher than | not be more than"
    " | not be greater than | not be higher than | not go over | not be above | no larger than | limited to | or less"
    " | or fewer | or below | or lower | within | shouldn't exceed | can't exceed | cannot exceed | not to exceed"
    " | mustn't exceed | may not exceed | equal to or less than | maximum | max | don't exceed | doesn't exceed"
    " | not be larger than | not be over | never exceed | not over | not above | at or below | not request more than"
    " | not have more than | not use more than | not set more than | or smaller",
    Op.ABOVE: "longer than | more than | greater than | above | over | larger than | higher than | exceed | exceeding | bigger than"
    " | beyond | in excess of",
    Op.AT_LEAST: "at least | no shorter than | not shorter than | not be shorter than | minimum of | min of | no less than | not less than | no fewer than | not fewer than"
    " | or more | greater than or equal to | or higher | or above | not below | not be below | not be less than"
    " | no lower than | minimum | min | or greater | at or above | not be lower than | more than or equal to"
    " | not be fewer than | not have fewer than | not have less than | not be smaller than | not be under"
    " | not under",
    Op.IN: "equal to | equal | exactly | precisely",
}

NEGATIONS = """
not no never without missing lack lacking don't doesn't isn't aren't haven't hasn't cannot can't shouldn't mustn't
won't neither nor absent omit omitting forbid forbidden prohibit prohibited disallow disallowed block blocked blocking
avoid prevent prevented ban banned deny denied refuse reject rejected disable disabled disabling unset undefined none
minimize minimise absence fail refrain empty blank nobody nothing noone stop eliminate remove zero-tolerance dont doesnt illegal forgot forgotten lacks
"""
# These say what must be by themselves; the others only beside a word of search.
STRONG_MODALS = """
must should shall need require required mandatory ought demand supposed obligatory compulsory force ensure enforce mandate mustn't shouldn't cannot can't expected sure
verify confirm policy rule has-to have-to
"""
WEAK_MODALS = """
only allow allowed permit permitted forbid forbidden prohibit prohibited disallow disallowed block blocked ban banned
deny denied never may every all each always no avoid prevent reject refuse neither none restrict restricted acceptable tolerated
"""
PLACES = """
cluster environment system setup infrastructure estate landscape fleet account site
"""
# Words that tell one cluster from another; before anything else they would narrow a rule down.
ENVIRONMENTS = """
production prod live staging dev development test testing current existing new internal our
"""
SEARCHES = """
find identify list show report which tell detect spot locate search scan flag alert indicate name who whose what display are any do
does is there print return get know
"""
# Verbs that open a check of what follows: "check that", "make sure all".
POINTERS = """
pointless useless problematic violate violating violation violator offending offender noncompliant comply compliant compliance breach breaking
satisfy follow adhere conform wrong incorrect conforming meeting meet non-compliant pass broken break
"""
BACK_REFERENCES = """
this range | that range | with this policy | violate this policy | these rule | violate our policy | meet this | these
requirement | violate the policy | violate that policy | comply with this | comply with that | violate this rule |
comply with the policy | meet that requirement | meet this requirement | meet the requirement
"""
EXCEPTIONS = """
but those | but the one | but the ones | save for | except | except for | excluding | exclude | ignore | ignoring | apart from | but not | unless | skip | skipping | with
the exception of | aside from | besides | exempt | exempted | excluded | excepted | exempting | leaving out | leave out
"""
OTHER_THAN = """
beyond the allowed list | beyond the allowed list of | outside the allowed list | outside of the allowed list |
not in the allowed list | not on the list | not on the allowed list | beyond those | beyond these | outside the list |
not in the list | not among | outside this list | beyond this list |
other than | different from | outside of | outside | not in | not from | not one of | not start with | not starting
with | not be from | not come from | not coming from | not be one of
"""
REASONS = """
because | since | so that | in order to | as that could | as this | as that | as it | as they | which could | which
can | to avoid | to prevent | for security reason | for security | otherwise | to make sure that nothing | this could
| doesn't matter | does not matter | regardless of | not just | not only | rather than | instead of | no matter what |
irrespective of | whatever | for compliance | for compliance reason | since this | due to | as part of our | to reduce
| to minimize | to ensure that no | to limit the | to protect
"""
FILLERS = """
open opened whatsoever guideline guidelines say says state states admission podtemplate full fully pin pins pinning read reads load loads loaded inject injects injected hold holds holding live lives living reside resides residing route routes routing forward forwards forwarding subresource subresources
sub-resource sub-resources
decided listen listens listening entry entries share shares sharing traffic history
addition general particular fact order practice case question behind other another scale scaled scaling beyond-that
among leave leaves holder holders bearer granting whenever provided once lie lies e-mail email multiple several regex regexp pattern expression regular custom checksum concurrent twice duplicate
duplicates duplicated single dedicated consume consumes consuming consumed reference references referencing referenced
appear appears appearing spread spreads spreading schedule scheduled scheduling leverage opt rely relies ship ships
shipped shipping reuse identical equal differ different differs same matches covers cover covered covering select
selects selected selecting recommended back instead directly simply always should could would might otherwise anywhere
somewhere elsewhere everywhere seconds minutes minute hours hour days day times hardcode hardcoded accepted held call
calls called declares mentions mention mentioned refer refers referred supply supplied supplies carry carries sit sits
placed place places put puts populate populated turned turn switch switched mounts remain remains exist exists try
tries trying want wants agreed rolled rolling rollout standardize standardized standardised baseline operations
developers developer engineers engineer people person persona auditor audit auditing audits reviewer reviewing
inspector inspects colleague colleagues manager compliance security clusters kube tell tells told sort handle handles
handled treat treated consider considered considering count counts counted total overall altogether together
each-other combination pair individually independently individual kept equipped equip fitted fit come comes from where
wherever onto upon against off per during while thus hence therefore accordingly namely i.e ie eg viz those-that ones
oneself itself themselves him her his hers someone somebody whoever anyone everybody everyone people's plus along
alongside besides further furthermore moreover good great best better well-known reasonable appropriate suitable
corresponding respective relevant necessary needed needful wanted desirable preferred prefer prefers strictly purely
merely solely exclusively objects entity entities thing things stuff piece pieces part parts portion list lists listed
lister field fields property properties attribute attributes parameter parameters element elements manifest manifests
yaml json spec specs definition definitions configured config configs setup installation installed install stanza
block deployed deploying deploys rollouts provisioned provision launched launch starts started running executed
execute executing operate operated operates landed end ends ended ending make-sure point-at at least-one aside mind
remember note noted notice please-note attention heads-up fyi thanks thank cheers hello there today now currently
already yet anymore longer okay ok right so very quite really honestly basically essentially generally usually
typically normally mostly correctly properly accidentally requirement requirements creating specification preventing
here mapped maps mapping requesting string strings mountable tolerated a an the this that these those it its it's they
their them we our us you your i my me please can hey hi kindly just also too as well both either of for to in on by
with within across inside into and or is are be been being was were am do does did has have had having use uses used
using run runs ran set sets setting specify specified specifying define defined defining declare declared configure
configuring configuration coming pull pulled pulling start starting begin beginning contain containing include
including included mount mounted mounting add added adding grant granted give given expose exposed exposing enable
enabled enabling allow allowing permit permitted which who whose what any all every each some one more then than if
when such like via through only must shall need required require requiring mandatory ought ensure enforce mandate make
sure check verify confirm see look inspect examine review find identify show report detect spot locate search scan
flag name names named display know let help present presence value values key keys section settings option explicit
explicitly proper valid least provide provided provides providing assign assigned create created deploy request
requests requested rule rules policy policies resource resources object kubernetes k8s cluster item items container
containers pod pods workload workloads template templates init own access permission permissions type mode address
addresses allowed approved trusted following possible exactly connect connection connections level namespace
namespaces state status true context securitycontext metadata annotated labeled labelled tagged label pinned attach
attached bound bind binding role associated carrying available match matched matching up out whether about not will
may get gets be's else others entire whole ever still made kind kinds team teams here's everything anything something
under company organization certain specific specifically acceptable unique distinct limited restrict restricted prefix
path registry originate originating hosted stored sourced based sourcing fetched keep stay go going works work ask
creation attempting additionally mandates matter pointing points point targeting target range xml final response
important followed leading whitespace text determine analysis after rejected designated resource(s) false between
means e.g e.g. etc wanting managed specified. number enough enforcing checking ensuring verifying examining scanning
looking listing ip format line print output system violations risk belong belonging belongs able default user group
subject consist consists service services app application applications component components system's have-to has-to
"""
# Words that narrow down which objects are meant when they stand right before them: to drop one would be half a rule.
NARROWING = """
single dedicated identical different equal concurrent unique distinct certain specific particular good best better
necessary important exclusive separate further additional extra internal external possible special
default custom corresponding respective suitable appropriate reasonable remote local main primary secondary
"""
WIDE = """
deployed created named called affected listed concerned required needed mentioned defined managed running based
provisioned installed launched started
"""
