"""How an inventory came about, in words that a reader without the program understands."""

METHOD = (
    (
        "What an inventory is",
        "A function of three things: what the records of the files say, rules that have versions, and "
        "decisions that people made. Nothing else enters it. The digest is a SHA-256 over its content: equal "
        "inventories have equal digests, whatever the order in which the files came.",
    ),
    (
        "Records and dispositions",
        "Every record of every file has exactly one disposition: created (it made an asset), merged (it added "
        "to one), unchanged (it repeats what is known), rejected (it could not be read or identified, with a "
        "reason) or excluded (it lists no asset, as rows of connections and relations, which become "
        "dependencies; or a rule or a person left it out). They add up to the records, file by file.",
    ),
    (
        "Which records are one asset",
        "Keys that identify a thing are compared, strongest first: the source's own number, UUID, serial "
        "number, asset tag, hardware address, full name, host name with address, host name. Numbers that many "
        "machines share are no keys, weak keys never join against a stronger one. The sheet Lineage names for "
        "every record the rule that joined it and its score.",
    ),
    (
        "Which value holds",
        "Where records differ, a person's edit holds before any file; then the source that has precedence, "
        "the later as-of date, the asset's own row before a row about its part, the more complete record, and "
        "at last the content itself. The claims that lost stay: they are in the sheet Conflicts.",
    ),
    (
        "What counts as a conflict",
        "Two live records of one asset that state different values of one attribute. Lists of addresses and "
        "tags are joined, and the times at which tools saw a thing are not compared; neither counts.",
    ),
    (
        "Completeness",
        "Shares are of machines (servers, virtual machines, hypervisors), since an application has no "
        "processor. A value counts as known where the inventory has one, whoever said so; it is not checked "
        "against the machine itself.",
    ),
    (
        "Dependencies and groups",
        "An edge joins two assets by a relation that a file states or a connection that was seen. Its "
        "confidence says how directly: traffic and platforms before words. Ends that no asset answers to are "
        "counted as open. Groups are assets joined by edges.",
    ),
    (
        "Technical debt",
        "Each check states its reason, threshold and remedy. Support dates come from a catalogue of products; "
        "a system whose release is not known gets a finding of its own kind, not a date. A finding says "
        "something of the technology, not of the people who run it.",
    ),
    (
        "Scores and strategies",
        "Complexity and technical debt go from 0 to 100: the weighted share of the factors that concern an asset and "
        "are known, with the range that is left by what is not known; without enough known there is no score. A "
        "strategy is what a person decided, else what a file states, else what visible rules propose, with their "
        "confidence; muster debt rules lists factors and rules with weights and reasons. An application is about as "
        "hard as its hardest part: 0.6 times the highest of its members and 0.4 times their mean.",
    ),
    (
        "Readiness",
        "Asked of assets that are to be moved and not retired. An asset is ready to be planned where nothing blocks "
        "it; what blocks is counted asset by asset, and one asset may be blocked by several things.",
    ),
)
