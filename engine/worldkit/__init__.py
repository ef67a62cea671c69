"""Worldkit: what every world would write again, so that a world is data, tools, a policy and scenarios.

A world's author takes from here what fits, and writes only what is about the world. The map, in the order in
which a world is written:

- rows: `rows` (strict rows, and ids as types), `identity` (names and postal addresses), `wallet` (payment methods)
- data: `people` (a crowd that nobody can be confused in, with addresses, mailboxes, ids and birthdays), `cities`
- what holds between rows, and what a writer is shown of them: `integrity`, `material`
- tools: `service` (calculate, think, transfer_to_human_agents) with its `arithmetic`, `requirements` (the row of
  an id, or a refusal)
- policy: `rules` (factories of the rules that any desk has, and lookups in a trajectory for a world's own)
- scenarios: `draft` (a blueprint while it is written; a world subclasses it), `references` (how a person says which
  of their things they mean), `words`, and `writer` (a world lists its wishes; the rest is done)
- as others have it: `layout` (one file with all tables, nulls where we leave fields out), for a world's editions

A world's scenarios come down to this:

    class ShopDraft(Draft[ShopDatabase]):
        self_evident = frozenset({Email, Zip})
        name = property(lambda self: self.user.full_name)
        def identify(self, seed): ...            # the person's first facts, and the lookup that finds them

    def cancel(draft: ShopDraft, seed: Seed) -> None:
        order = ...                              # something of the person's that the wish can be about
        draft.tell("order", [order.id], f"It is {order.id}.", question="Which order is it?", cues=("order",))
        draft.look_up("cancel_order", {OrderId: [order.id]}, told=(OrderId,))
        draft.act("cancel_order", {"order_id": order.id})
        draft.finish("write", f"Please cancel order {order.id}.", f"You want to cancel order {order.id}.",
                     draft.claims("cancel_order"))

    write = Writer(ShopDraft, changes=(cancel, ...), questions=(...), denials=(...), handed_over=(...))
"""
