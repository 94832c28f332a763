"""The kit: the committed catalogue, replies, prompts, lists, rules and classifiers, read once."""

from pathlib import Path

from agents.assent import Assent
from agents.chargeback.rules import read_rules
from agents.classifier import MessageClassifier
from agents.dialogue import Dialogue
from agents.glossary import Glossary
from agents.hours import read_inbox_rules
from agents.insights.attributes import Attributes
from agents.insights.records import InsightRules
from agents.instructions import Instructions
from agents.kit import Kit
from agents.letters.places import read_places
from agents.measures.definitions import Words, read_definitions
from agents.neighbours import Neighbours
from agents.questions import Questions
from agents.reading import Reader
from agents.tongues import Tongues
from models.language import identify
from prompts.replies import Replies
from prompts.texts import Prompts
from tradewind.catalog import Catalog
from tradewind.datafile import read_data
from wiring.settings import ROOT

DISPUTES = ROOT / "data" / "disputes"
INBOX = ROOT / "data" / "handover" / "inbox.toml"
MEASURES = ROOT / "data" / "measures"
INSIGHTS = ROOT / "data" / "insights"
PLACES = ROOT / "data" / "replies" / "places.toml"


def read_kit(catalog: Catalog) -> Kit:
    classifiers = ROOT / "data" / "classifiers"
    return Kit(
        catalog=catalog,
        replies=Replies.read(ROOT / "prompts" / "replies"),
        letters=Replies.read_one(ROOT / "prompts" / "letters" / "en.toml", "en", "en_GB"),
        prompts=Prompts.read(ROOT / "prompts"),
        neighbours=Neighbours(catalog),
        instructions=Instructions.read(ROOT / "data" / "instructions.toml"),
        dialogue=Dialogue.read(ROOT / "data" / "dialogue.toml"),
        tongues=Tongues.read(ROOT / "data" / "tongues.toml"),
        assent=Assent.read(ROOT / "data" / "assent.toml"),
        glossary=Glossary.read(ROOT / "data" / "goods.tsv"),
        names=Glossary.read(ROOT / "data" / "kinds.tsv"),
        questions=Questions.read(ROOT / "data" / "questions.toml"),
        merchant_reader=_reader(classifiers / "merchant.npz"),
        buyer_reader=_reader(classifiers / "buyer.npz"),
        rules=read_rules(DISPUTES),
        inbox=read_inbox_rules(INBOX),
        verdicts=Words.read(MEASURES / "words.toml"),
        measures=read_definitions(MEASURES / "definitions.toml"),
        places=read_places(PLACES),
        insights=read_data(INSIGHTS / "rules.toml", InsightRules),
        attributes=Attributes.read(INSIGHTS / "attributes.toml"),
    )


def _reader(artefact: Path) -> Reader:
    return Reader(identify=identify, classifier=MessageClassifier.read(artefact))
