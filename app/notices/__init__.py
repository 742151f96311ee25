"""The notices room: PDFs of recorded facts, for the member they were sent to; bulletins, for everybody.

`url_for("notices.pdf", ref=notice.ref, lang="zh")` is the document, `url_for("own_notices.index")` the member's list.
"""
