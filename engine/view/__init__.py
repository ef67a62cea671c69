"""View: the pages that show runs, served on this machine and to nobody else.

`interplay view DIR` indexes the runs in a directory and serves pages over the index: what runs there are, the
conversations that fit a filter, plots of them, and one conversation, read from its run when it is opened. The
index goes on reading while a run is being written, and the pages say what came. Every page is rendered here and
works without a script; the script adds keys, counts that are live, and filters in place.

    server      the socket of this machine, and serving until told to end
    guard       who may ask, and what a browser may do with the answers
    application which page answers which address
    addresses   the addresses: filters, places in the list, conversations
    following   reading on while the pages are shown
    shelf       where the pages take what they show from
    frame       what stands around every page; panel: the filters beside a list
    overview, listing, opened, plots    what each page shows

What tests and styles may rely on in the pages:

    every page      body[data-page] is runs, conversations, conversation, plots or trouble; #standing with
                    data-conversations and data-complete; #progress while it reads; #more (role status) says what
                    came since; #theme and #help, buttons; dialog#keys; a[data-way] of the navigation "Pages";
                    html[data-theme] once a theme was chosen; html[data-scripted] once the script runs
    runs            #runs, tr[data-row][data-run], its link a.open
    conversations   form#filters (role search, "Filters") with #filter-text, #filter-outcome, #filter-fault,
                    #filter-wrong, #filter-rule, #filter-tool, #filter-run, #filter-domain, #filter-sort; its fold
                    #filters-fold; #results; #total[data-total]; a[data-outcome] of the list "Outcomes"; #chips with
                    a[data-chip]; table#list with tr[data-row][data-unit][data-trial], its link a.open; #next, #first
    conversation    #back, #previous, #next, #fold, #title; article.moment with id m0, m1, ...; .marks .mark;
                    details.call; details.drafts; #outcome, #state, #blueprint (headings); table.diff;
                    the navigation "trials of this blueprint"; #aside-fold
    plots           figure.figure with an id: turns, calls, outcomes, made, stages, fallen, passed, faults, wrong,
                    rules, difficulty-DIMENSION; form#filters and #total as above
    trouble         #failure says what is wrong
"""

from interplay.engine.view.server import ADDRESSES, address, listen, serve

__all__ = ["ADDRESSES", "address", "listen", "serve"]
