from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interplay.engine.telling import claims, declines, reports, sentences, told

CENTS = st.integers(-(10**9), 10**9).map(lambda cents: cents / 100)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1093.40", "It comes to $1,093.40."),
        ("1093.4", "That is 1093.40 dollars, all in all."),
        ("1093.40", "USD 1093.40"),
        ("1093.40", "US$1,093.40"),
        ("$1,093.40", "1093.4"),
        ("5", "You have 5."),
        ("5", "You have five options."),
        ("5", "5.00"),
        ("5", "(5)"),
        ("5", "**5**"),
        ("5", "$5/month"),
        ("-12.50", "The difference is -$12.50."),
        ("0", "There are zero left."),
        ("pending", "The status is: Pending."),
        ("pending", "It is **pending**, as of today."),
        ("pending", "It is _pending_."),
        ("12 Oak Street", "It goes to 12 oak street, Apt 4."),
        ("ann@lee.org", "I have Ann@Lee.org here."),
        ("#W1234567", "It is order #W1234567."),
        ("O'Neil", "for Mr. O\u2019Neil"),
        ("02139", "The zip code is 02139."),
        ("pending (item modified)", "It is pending (item modified)."),
    ],
)
def test_a_value_is_told_in_any_usual_spelling(value: str, text: str) -> None:
    assert told(value, text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1093.4", "It comes to $1,093.45."),
        ("93.40", "It comes to $1,093.40."),
        ("1093", "It comes to $1,093.40."),
        ("40", "It comes to $1,093.40."),
        ("5", "Order #5 and W5 and gift_card_5 and A-5"),
        ("5", "15, 50, 5.5, 1,005, 5th, 5kg"),
        ("1234", "Call 1234-5678 or 555-1234."),
        ("2024", "on 2024-05-15"),
        ("5", "on 5/10 or 10/5 at 5:30 or 10:5"),
        ("5", "none"),
        ("10", "often"),
        ("2139", "The zip code is 02139."),
        ("02139", "It costs 2139."),
        ("pending", "impending"),
        ("12 Oak Street", "112 Oak Street"),
        ("#W123", "#W1234"),
        ("ABC-123", "ABC-1234"),
        ("", "anything"),
        ("5", ""),
    ],
)
def test_a_value_is_not_told_by_a_part_of_another(value: str, text: str) -> None:
    assert not told(value, text)


def test_long_numbers_are_compared_to_the_last_digit() -> None:
    number = "1234567890" * 4
    assert told(number, number)
    assert not told(number, number[:-1] + "1")


def test_a_small_number_counts_only_in_talk_about_the_matter_or_in_a_short_answer() -> None:
    about = "There are 4 options of the Floor Lamp available."
    assert told("4", "Of the lamps, you can choose among 4, and each of them comes in white.", about)
    assert told("4", "There are four.", about)
    elsewhere = "I can return the USB Microphone (four patterns, desk stand, black) with a refund to your card."
    assert told("4", elsewhere)
    assert not told("4", elsewhere, about)
    assert told("1093.40", "The refund of everything that you sent back from both orders is $1,093.40.", about)


@given(CENTS)
def test_any_amount_is_told_however_it_is_formatted(amount: float) -> None:
    plain, grouped = f"{amount:.2f}", f"{abs(amount):,.2f}"
    sign = "-" if amount < 0 else ""
    for text in (plain, f"{amount:,.2f}", f"{sign}${grouped}", f"USD {plain}", f"{plain} dollars", repr(amount)):
        for value in (plain, repr(amount)):
            assert told(value, f"It is {text}.")
            assert told(value, f"({text}), as I said")


@given(CENTS, CENTS)
def test_another_amount_is_never_told(amount: float, other: float) -> None:
    assert told(f"{amount:.2f}", f"It is ${other:,.2f} then.") == (amount == other)


@given(st.integers(0, 10**8), st.sampled_from("abcXYZ_#"), st.integers(0, 9))
def test_a_number_inside_an_id_or_a_longer_number_is_not_told(number: int, letter: str, digit: int) -> None:
    for text in (f"{letter}{number}", f"{number}x", f"{number}.{digit + 1}", f"{number}{digit}", f"A-{number}"):
        assert told(str(number), f"It is {text} here.") is (text == f"{number}{digit}" == str(number))


@given(st.text(max_size=60), st.text(max_size=20))
def test_any_text_can_be_asked_about(text: str, value: str) -> None:
    told(value, text, text)
    declines(text)
    reports(text, (value.lower(),))
    assert all(found in text for found in claims(text, ("done", value.lower() or "x")))


@pytest.mark.parametrize(
    "text",
    [
        "I'm sorry, but I cannot do that.",
        "I can\u2019t change it.",
        "We are unable to cancel it.",
        "That is not possible.",
        "It is against our policy.",
        "Our policy does not allow it.",
        "This order is not eligible for a return.",
        "I am not authorized to do that.",
        "I won't be able to do it.",
    ],
)
def test_a_no_is_heard(text: str) -> None:
    assert declines(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "No problem, I can do that.",
        "I can cancel it.",
        "Not a worry.",
        "This cannot be undone. Shall I go ahead?",
        "Once confirmed, it can't be reversed.",
        "Is there anything else?",
    ],
)
def test_what_is_no_no_is_not_taken_for_one(text: str) -> None:
    assert not declines(text)


DONE = ("cancelled", "changed", "requested")


@pytest.mark.parametrize(
    "text",
    [
        "Order #W1 has been cancelled.",
        "I have cancelled the order.",
        "I've cancelled it!",
        "Your order is now cancelled",
        "Done: cancelled and refunded.",
        "The return of the lamp has been requested, and the refund will go to your card.",
        "I can confirm that your order has been cancelled.",
        "If you look, that is nothing. The address has been changed.",
        "Since it was pending, I have cancelled it.",
        "The items were wrong, so I changed them.",
        "Order #W1 cancelled.",
        "Cancelled successfully.",
        "The seat changed today.",
        "All changed now.",
    ],
)
def test_a_report_of_something_done_is_a_claim(text: str) -> None:
    assert list(claims(text, DONE))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I can have it cancelled.",
        "It will be cancelled.",
        "Has it been cancelled?",
        "Would you like it cancelled?",
        "It has not been cancelled.",
        "It hasn\u2019t been cancelled.",
        "It couldn't be changed.",
        "Once you confirm, the order is cancelled.",
        "If you agree, it gets changed.",
        "The order was cancelled last week.",
        "It was already changed.",
        "The status of order #W1 is: cancelled.",
        "I see the return that you requested.",
        "As requested, I looked it up.",
        "That is a cancelled order.",
        "Only pending orders can be changed or cancelled.",
        "The cancellation is something else.",
        "uncancelled",
        "Refunds for cancelled journeys go back to where they came from.",
        "It depends on the reason: a change of plan, carrier cancelled journey, or another.",
        "Carrier cancelled journey",
        "The rule about changed orders is strict.",
    ],
)
def test_wishes_plans_questions_denials_and_accounts_are_no_claims(text: str) -> None:
    assert not list(claims(text, DONE))


def test_a_claim_is_given_as_its_whole_sentence() -> None:
    text = "Good news. Order #W1 has been cancelled for $1.50. Anything else?"
    assert list(claims(text, DONE)) == ["Order #W1 has been cancelled for $1.50."]


def test_a_statement_about_a_matter_reports_it_and_a_promise_or_a_question_does_not() -> None:
    assert reports("The balance of your card is $5.00.", ("balance",))
    assert not reports("Let me look up the balance.", ("balance",))
    assert not reports("Do you want to know the balance?", ("balance",))
    assert not reports("It is imbalanced.", ("balance",))


def test_a_point_inside_a_number_ends_no_sentence() -> None:
    assert sentences("It is $1.50. Is it? Yes!\nGood") == ["It is $1.50.", "Is it?", "Yes!", "Good"]


def test_a_product_whose_name_holds_a_modal_word_hides_no_claim() -> None:
    said = "The exchange of the Watering Can (2 gallon, not coated) in order #W1 has been requested."
    assert list(claims(said, ("requested",))) == [said]
