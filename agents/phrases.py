"""Phrases: small talk of a scripted human, by occasion and mood; the first three of each are the tersest."""

from __future__ import annotations

from typing import Final

PHRASES: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "greeting": {
        "friendly": (
            "Hi!",
            "Hello!",
            "Hey there.",
            "Good morning! I hope your day is going well.",
            "Hi, thanks for taking the time.",
            "Hello, I hope you can help me out.",
            "Hi there, hope you're having a good day.",
        ),
        "neutral": (
            "Hi.",
            "Hello.",
            "Good afternoon.",
            "Hello, I have a request.",
            "Hi, I need some help.",
            "Hello, I'm a customer of yours.",
        ),
        "annoyed": (
            "Hi.",
            "Finally.",
            "Good, somebody is there.",
            "Hello, I've been waiting for a while now.",
            "I hope this won't take long.",
            "Hi, I'd like this sorted out quickly.",
        ),
    },
    "also": {
        "friendly": (
            "One more thing.",
            "And then this.",
            "There's more.",
            "While I'm here, there is something else.",
            "And if I may, another thing.",
        ),
        "neutral": ("One more thing.", "Next.", "And this.", "There is another point.", "The other thing is this."),
        "annoyed": ("And this.", "Next.", "That's not all.", "And there is more.", "On top of that, another thing."),
    },
    "thanks": {
        "friendly": (
            "Thanks!",
            "Great!",
            "Perfect!",
            "Wonderful, thank you so much.",
            "That's lovely, thank you. There's something else.",
            "You're a star. There is one more thing.",
        ),
        "neutral": (
            "Thanks.",
            "Good.",
            "All right.",
            "Thank you. I have another request.",
            "Good to know. Now the next thing.",
            "Understood. There is something else.",
        ),
        "annoyed": (
            "Fine.",
            "Right.",
            "OK.",
            "Well, that's something. Next.",
            "About time. There's more.",
            "All right, moving on.",
        ),
    },
    "answer": {
        "friendly": ("", "Sure.", "Of course.", "Sure thing!", "Happy to.", "Of course, here you go."),
        "neutral": ("", "Sure.", "Right.", "Yes, of course.", "Here it is.", "Let me see."),
        "annoyed": ("", "Well.", "Fine.", "If you must know:", "Right, here it is.", "Let's get on with it."),
    },
    "reluctant": {
        "friendly": ("Oh, do you need that?", "Hm, if it has to be.", "I don't usually give that out, but well."),
        "neutral": ("Is that necessary?", "I'd rather not, but here it is.", "If you need it."),
        "annoyed": ("Why do you need that?", "I don't see why, but fine.", "Must I?"),
    },
    "yes": {
        "friendly": (
            "Yes, please.",
            "Yes!",
            "Yes, go ahead.",
            "Yes, that sounds good, please go ahead.",
            "Yes please, that's exactly what I want.",
            "Sure, go ahead!",
            "Yes, that would be great.",
        ),
        "neutral": (
            "Yes.",
            "Yes, please.",
            "Go ahead.",
            "Yes, that's correct.",
            "Yes, please do that.",
            "Correct, go ahead.",
            "Yes, I confirm.",
        ),
        "annoyed": (
            "Yes.",
            "Yes, do it.",
            "Go ahead.",
            "Yes, obviously.",
            "Yes, go ahead already.",
            "Yes, please just do it.",
        ),
    },
    "protest": {
        "friendly": ("Oh.", "Oh no.", "Hmm.", "Oh, that's a pity.", "I see, but let me ask again.", "That's a shame."),
        "neutral": (
            "Hm.",
            "Really?",
            "I see.",
            "That's not what I hoped for.",
            "I understand, but still.",
            "Is that so?",
        ),
        "annoyed": ("What?", "Seriously?", "No.", "That is ridiculous.", "I don't accept that.", "You must be joking."),
    },
    "unsure": {
        "friendly": (
            "I'm not sure, sorry.",
            "No idea, sorry.",
            "I don't know.",
            "Sorry, I couldn't tell you that.",
            "I'm afraid I don't know that. To say it again:",
        ),
        "neutral": (
            "I don't know.",
            "No idea.",
            "Not sure.",
            "I can't tell you that. Once more:",
            "I don't have that at hand. What I want is this:",
        ),
        "annoyed": (
            "No idea.",
            "How would I know?",
            "I don't know.",
            "I've told you what I want.",
            "That's for you to find out.",
        ),
    },
    "reminder": {
        "friendly": ("Yes, this:", "Oh, but I still need this:", "Please don't forget what I asked for:"),
        "neutral": ("Yes, this:", "You haven't done this yet:", "This is still open:"),
        "annoyed": ("Yes, this:", "You haven't done this yet:", "What about what I asked for?"),
    },
    "where": {
        "friendly": (
            "Where do I find that?",
            "How do I do that?",
            "Sorry, where is that?",
            "I'm not very good with these things. Where would I find that?",
        ),
        "neutral": ("Where do I find that?", "How do I do that?", "Where is that?", "And how would I do that?"),
        "annoyed": ("Where is that?", "How?", "And where would that be?", "How am I supposed to know how to do that?"),
    },
    "did": {
        "friendly": ("OK!", "Done!", "There.", "All right, I have it here.", "OK, I've just done that."),
        "neutral": ("OK.", "Done.", "There.", "All right.", "I've done that."),
        "annoyed": ("OK.", "Done.", "There.", "Fine, done.", "If you say so."),
    },
    "works": {
        "friendly": ("It works now!", "That did it!", "Great, it works!", "Oh wonderful, it works again!"),
        "neutral": ("It works now.", "That did it.", "It works again.", "Good, that seems to have solved it."),
        "annoyed": ("It works now.", "Finally, it works.", "At last, it works.", "Well, now it works."),
    },
    "waiting": {
        "friendly": ("Sure.", "OK!", "Thanks.", "Take your time.", "No rush, thank you."),
        "neutral": ("OK.", "Sure.", "Fine.", "I'll wait.", "All right, I'm here."),
        "annoyed": ("OK.", "And?", "Well?", "I'm waiting.", "So what happens now?"),
    },
    "goodbye": {
        "friendly": (
            "That's all, thank you!",
            "Thanks, bye!",
            "Great, thank you!",
            "That's everything. Thank you so much and have a lovely day!",
            "Perfect, that was all I needed. Take care!",
            "Wonderful, thanks for your help. Goodbye!",
        ),
        "neutral": (
            "That's all. Thanks.",
            "Thank you, goodbye.",
            "OK, bye.",
            "That was everything, thank you.",
            "Good, nothing else from my side.",
            "Thank you for your help, goodbye.",
        ),
        "annoyed": (
            "That's all.",
            "Fine. Bye.",
            "OK, bye.",
            "At last. That was all.",
            "Good. I hope it stays that way. Bye.",
            "Right, we're done here.",
        ),
    },
    "resigned": {
        "friendly": (
            "OK, thanks anyway.",
            "I see. Bye.",
            "All right, thanks.",
            "That's a pity, but thank you for explaining. Goodbye!",
            "I understand. Thanks for your help all the same.",
        ),
        "neutral": (
            "OK. Bye.",
            "I see. Goodbye.",
            "Fine, thanks.",
            "All right, then I'll leave it at that. Goodbye.",
            "Understood. That was all, then.",
        ),
        "annoyed": (
            "Fine. Bye.",
            "Great. Bye.",
            "Whatever.",
            "That's disappointing. Goodbye.",
            "I'm not happy about this. Bye.",
        ),
    },
}
"""Occasion, then mood, then what may be said."""
