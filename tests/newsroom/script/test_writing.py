from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from radiocast.config.schedule import BulletinPlan
from radiocast.model.play import Kind
from radiocast.model.story import Story
from radiocast.newsroom.script.rundown import BREAKING, Passage, Role, Rundown
from radiocast.newsroom.script.titles import TitleWriter
from radiocast.newsroom.script.wording import Wording
from radiocast.newsroom.script.writing import write_breaking, write_rundown
from tests.newsroom.texts import WHEN

PLAN = BulletinPlan(name="hourly", sounder="s.ogg")
STORY = Story(
    slug="well",
    headline="Well runs dry",
    description_text="The hill has had no rain since May",
    byline="Gabriella Clare",
    source="Mirror",
    body_text=tuple(
        f"Sentence number {number} says what happened on the hill. It goes on." for number in range(30)
    ),
    versioncreated=WHEN,
)


def stories(count: int) -> tuple[Story, ...]:
    return tuple(
        replace(STORY, slug=f"s{number}", headline=f"Story {number} of the day") for number in range(count)
    )


def written(
    *news: Story,
    plan: BulletinPlan = PLAN,
    language: str = "en",
    titles: TitleWriter | None = None,
    wording: Wording | None = None,
    corrected: dict[str, str] | None = None,
) -> Rundown:
    return write_rundown(
        plan,
        news,
        at=WHEN,
        station="Newsline",
        titles=titles or TitleWriter("Newsline"),
        language=language,
        wording=wording,
        corrected=corrected or {},
    )


def of_role(rundown: Rundown, role: Role) -> list[Passage]:
    return [passage for passage in rundown.passages if passage.role is role]


def test_the_parts_of_a_bulletin_in_order() -> None:
    made = written(*stories(3))
    assert [(part.role, part.slug) for part in made.passages] == [
        (Role.SOUNDER, ""),
        (Role.INTRO, ""),
        *((Role.HEADLINE, f"s{number}") for number in range(3)),
        *((Role.STORY, f"s{number}") for number in range(3)),
        (Role.OUTRO, ""),
    ]
    intro = made.passages[1]
    assert intro.sentences == (
        "Good morning.",
        "It is half past seven.",
        "Here is the news from Newsline.",
        "The headlines.",
    )
    assert intro.least == 4
    assert (intro.kind, intro.stream_title) == (Kind.BULLETIN, "Newsline News")
    first = made.passages[5]
    assert (first.kind, first.stream_title) == (Kind.STORY, "Story 0 of the day")
    assert first.sentences[:3] == (
        "Story zero of the day.",
        "The hill has had no rain since May.",
        "Sentence number zero says what happened on the hill.",
    )
    assert first.closing == ("Gabriella Clare of the Mirror reports.",)
    assert (first.least, first.language) == (2, "en")
    assert made.passages[-1].sentences == ("That is the news from Newsline.",)


def test_every_story_is_offered_and_as_many_headlines_as_planned() -> None:
    """Short stories leave time: the cutting may read more than the first few."""
    made = written(*stories(9))
    assert len(of_role(made, Role.STORY)) == 9
    assert len(of_role(made, Role.HEADLINE)) == PLAN.max_headlines
    assert (made.max_stories, made.target_s, made.max_s) == (5, 180.0, 240.0)


def test_no_stories_no_headlines_only_and_one_story() -> None:
    empty = written()
    assert [part.role for part in empty.passages] == [Role.SOUNDER, Role.INTRO, Role.OUTRO]
    assert "There is no news to report from Newsline at this hour." in empty.passages[1].sentences
    short = written(*stories(4), plan=replace(PLAN, max_stories=0))
    assert [part.role for part in short.passages if part.slug] == [Role.HEADLINE] * 3
    assert not of_role(written(*stories(1)), Role.HEADLINE)
    bare = written(plan=replace(PLAN, intro=False))
    assert bare.passages[1].sentences == ("There is no news to report from Newsline at this hour.",)
    assert not of_role(written(*stories(2), plan=replace(PLAN, intro=False)), Role.INTRO)


def test_a_correction_names_what_it_corrects_and_comes_before_the_news() -> None:
    wrong = replace(
        STORY,
        slug="well-2",
        corrects="well",
        headline="Correction: well",
        description_text="",
        body_text=("The well is not dry.", "We are sorry."),
    )
    made = written(*stories(2), wrong, corrected={"well": "Well runs dry"})
    assert [part.role for part in made.passages][3:6] == [Role.HEADLINE, Role.CORRECTION, Role.STORY]
    correction = made.passages[4]
    assert correction.sentences == (
        "A correction.",
        "In an earlier bulletin we reported: Well runs dry.",
        "The well is not dry.",
        "We are sorry.",
    )
    # Half of it would be a second mistake.
    assert correction.least == len(correction.sentences)
    assert (correction.slug, correction.closing) == ("well-2", ())


def test_a_correction_of_a_story_that_nobody_has_any_more_says_what_is_right() -> None:
    wrong = replace(STORY, corrects="gone", headline="Well has water after all", body_text=("It is wet.",))
    correction = of_role(written(wrong), Role.CORRECTION)[0]
    assert correction.sentences == (
        "A correction.",
        "Well has water after all.",
        "The hill has had no rain since May.",
        "It is wet.",
    )


def test_players_do_not_show_what_was_wrong_as_if_it_were_news() -> None:
    wrong = replace(STORY, corrects="gone", headline="Well runs dry", body_text=("It is wet.",))
    correction = of_role(written(wrong), Role.CORRECTION)[0]
    assert (correction.headline, correction.title) == ("Correction: Well runs dry",) * 2
    assert "Correction: Well runs dry" in correction.stream_title
    french = of_role(written(replace(wrong, language="fr")), Role.CORRECTION)[0]
    assert french.headline == "Rectificatif : Well runs dry"
    unknown = of_role(written(replace(wrong, language="sn")), Role.CORRECTION)[-1]
    assert unknown.headline == "Well runs dry"


def test_a_correction_that_repeats_its_headline_keeps_what_it_adds() -> None:
    wrong = replace(
        STORY,
        corrects="gone",
        headline="Well has water after all",
        description_text="",
        body_text=("The well has water after all, 9 metres of it.", "We are sorry."),
    )
    assert of_role(written(wrong), Role.CORRECTION)[0].sentences == (
        "A correction.",
        "The well has water after all, nine metres of it.",
        "We are sorry.",
    )


def test_a_correction_airs_in_a_bulletin_of_headlines_too() -> None:
    wrong = replace(STORY, corrects="gone", slug="c")
    made = written(*stories(2), wrong, plan=replace(PLAN, max_stories=0))
    assert [part.slug for part in made.passages if part.slug] == ["s0", "s1", "c"]


def test_breaking_news_inside_a_bulletin_is_called_so() -> None:
    urgent = replace(STORY, breaking=True, headline="BREAKING: Well runs dry")
    assert of_role(written(urgent), Role.STORY)[0].sentences[0] == "Breaking news: Well runs dry."


def test_breaking_news_by_itself() -> None:
    made = write_breaking(
        replace(STORY, breaking=True),
        at=WHEN,
        station="Newsline",
        titles=TitleWriter("Newsline"),
        sounder=True,
    )
    assert made.bulletin == BREAKING
    assert [part.role for part in made.passages] == [Role.SOUNDER, Role.INTRO, Role.STORY]
    assert made.passages[1].sentences == ("Breaking news.",)
    # It has been said what it is.
    assert made.passages[2].sentences[0] == "Well runs dry."
    assert {part.stream_title for part in made.passages} == {"Well runs dry"}


def test_nothing_is_said_twice() -> None:
    story = replace(STORY, body_text=("The hill has had no rain since May.", "It is dry. Well runs dry."))
    told = of_role(written(story), Role.STORY)[0].sentences
    assert told == ("Well runs dry.", "The hill has had no rain since May.", "It is dry.")


@pytest.mark.parametrize(
    "description",
    [
        "The ferry tied up at noon. Nobody was",
        "The ferry tied up at noon. Nobody was on board…",
        "The ferry tied up at noon. Nobody was on bo [...]",
        "The ferry tied up at noon.",
    ],
)
def test_a_description_that_the_body_begins_with_is_not_read_first(description: str) -> None:
    """Feeds cut the first paragraph off, in the middle of a word as well."""
    body = ("The ferry tied up at noon. Nobody was on board.", "It sailed at one.")
    story = replace(STORY, description_text=description, body_text=body)
    assert of_role(written(story), Role.STORY)[0].sentences == (
        "Well runs dry.",
        "The ferry tied up at noon.",
        "Nobody was on board.",
        "It sailed at one.",
    )


def test_a_headline_that_the_first_sentence_repeats_is_not_read_twice() -> None:
    story = replace(
        STORY,
        headline="Ferry captains refuse to sail",
        description_text="",
        body_text=("Ferry captains refused to sail on Wednesday, after weeks without pay.", "They wait."),
    )
    told = of_role(written(story, *stories(1)), Role.STORY)[0]
    assert told.sentences[0] == "Ferry captains refused to sail on Wednesday, after weeks without pay."
    assert (told.least, told.headline) == (1, "Ferry captains refuse to sail")


def test_what_turns_a_sentence_round_is_no_repetition() -> None:
    body = ("The board did pay the captains.", "The board did not pay the captains.")
    story = replace(STORY, description_text="", body_text=body)
    assert of_role(written(story), Role.STORY)[0].sentences[1:] == body


def test_a_page_without_a_full_stop_is_cut_to_half_a_minute() -> None:
    story = replace(STORY, description_text="", body_text=("and on " * 400,))
    assert len(of_role(written(story), Role.STORY)[0].sentences[1]) <= 501


def test_a_story_with_nothing_under_its_headline() -> None:
    bare = of_role(written(replace(STORY, description_text="", body_text=())), Role.STORY)[0]
    assert (bare.sentences, bare.least) == (("Well runs dry.",), 1)


def test_a_bulletin_in_french() -> None:
    story = replace(
        STORY,
        headline="Le puits est à sec",
        description_text="Il n'a pas plu depuis le 1er mai",
        body_text=("M. Dupont attend 1 240 litres.",),
        language="fr",
    )
    made = written(story, *stories(1), plan=replace(PLAN, language="fr"))
    assert made.passages[1].language == "fr"
    assert made.passages[1].sentences == (
        "Bonjour.",
        "Il est sept heures trente.",
        "Voici les informations de Newsline.",
        "Les titres.",
    )
    french = of_role(made, Role.STORY)[0]
    assert french.sentences == (
        "Le puits est à sec.",
        "Il n'a pas plu depuis le premier mai.",
        "Monsieur Dupont attend mille deux cent quarante litres.",
    )
    assert french.closing == ("C'est ce que rapporte Gabriella Clare pour le Mirror.",)
    assert made.passages[-1].sentences == ("C'était le journal de Newsline.",)


def test_a_story_in_another_language_is_read_and_credited_in_its_own() -> None:
    french = replace(STORY, headline="Les 25 chèvres de M. Dupont", language="fr-CA", body_text=())
    passage = of_role(written(french), Role.STORY)[0]
    assert passage.language == "fr-CA"
    assert passage.sentences[0] == "Les vingt-cinq chèvres de Monsieur Dupont."
    assert passage.closing[0].startswith("C'est ce que")


def test_a_story_in_a_language_without_a_file_gets_no_words_of_another() -> None:
    shona = replace(STORY, headline="Tsime rapwa mvura", description_text="", body_text=(), language="sn")
    made = written(shona)
    passage = of_role(made, Role.STORY)[0]
    assert (passage.language, passage.sentences) == ("sn", ("Tsime rapwa mvura.",))
    assert passage.closing == ("Gabriella Clare, Mirror.",)
    assert made.passages[1].language == "en"
    urgent = of_role(written(replace(shona, breaking=True)), Role.STORY)[0]
    assert urgent.sentences == ("Tsime rapwa mvura.",)


def test_a_correction_in_a_language_without_a_file_is_announced_by_the_frame() -> None:
    shona = replace(
        STORY, headline="Tsime", description_text="", body_text=("Rine mvura.",), language="sn", corrects="x"
    )
    lead, correction = of_role(written(shona, corrected={"x": "Tsime rapwa mvura"}), Role.CORRECTION)
    assert (lead.language, lead.slug) == ("en", "")
    assert lead.sentences[0] == "A correction."
    assert (correction.language, correction.sentences) == ("sn", ("Rine mvura.",))


def test_a_bulletin_in_a_language_without_sentences_is_framed_in_english() -> None:
    made = written(STORY, language="sn")
    assert made.passages[1].language == "en"
    assert of_role(made, Role.STORY)[0].language == "sn"


def test_the_time_check_is_the_wall_clock_of_the_air() -> None:
    at = datetime(2026, 3, 12, 17, 45, tzinfo=ZoneInfo("Africa/Harare"))
    made = write_rundown(PLAN, [], at=at, station="N", titles=TitleWriter("N"))
    assert made.passages[1].sentences[:2] == ("Good afternoon.", "It is a quarter to six.")


def test_the_stations_own_sentences() -> None:
    wording = Wording({"en": {"intro": "{station}, {time}. {greeting}!", "outro": "", "headlines": ""}})
    made = written(*stories(2), wording=wording)
    assert made.passages[1].sentences == ("Newsline, half past seven.", "Good morning!")
    assert of_role(made, Role.OUTRO) == []


def test_titles_by_template() -> None:
    titles = TitleWriter(
        "Newsline", story_template="{headline} ({source})", bulletin_template="{station}: {bulletin}"
    )
    made = written(*stories(3), titles=titles)
    assert made.passages[0].stream_title == "Newsline: hourly"
    assert made.passages[5].stream_title == "Story 0 of the day (Mirror)"
    assert titles.problems == []


@pytest.mark.parametrize(
    "template", ["{nope}", "{headline", "{headline.__class__}", "{0}", "{headline!r}", "{headline:>9}"]
)
def test_a_bad_template_falls_back_and_is_named(template: str) -> None:
    titles = TitleWriter("Newsline", story_template=template)
    assert written(*stories(3), titles=titles).passages[5].stream_title == "Story 0 of the day"
    assert len(titles.problems) == 1
    assert "titles.story" in titles.problems[0]
