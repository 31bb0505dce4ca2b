"""The door of the room: sources in, conversions out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from coffre_cli.convert.errors import UnsupportedFormatError
from coffre_cli.convert.faithful import controlled
from coffre_cli.convert.jobs import PRELOAD
from coffre_cli.convert.model import Conversion, Family, Options, Profile, Source
from coffre_cli.convert.plan import Job, planned, single, words_alone
from coffre_cli.convert.reading import with_words
from coffre_cli.convert.sniff import sniff
from coffre_cli.convert.trust import believed, failed
from coffre_cli.errors import CoffreError
from coffre_cli.worker.pool import Workers

_WINDOW = 64
"""Files looked at together, so that office files share one LibreOffice and pictures a process."""


def workers(number: int | None = None, *, needed: int = 0) -> Workers:
    """Return workers ready for conversions; *needed* is about how many bytes of files they hold at once."""
    return Workers(number, preload=PRELOAD, needed=needed)


def convert(pool: Workers, source: Source, options: Options) -> Conversion:
    """Convert one file; whatever it holds, there is a conversion that says what came of it."""
    (conversion,) = convert_all(pool, [source], options)
    return conversion


def convert_all(pool: Workers, sources: Iterable[Source], options: Options) -> Iterator[Conversion]:
    """Convert files side by side; yield in the order given, each as soon as those before it are done.

    Up to 64 sources are taken ahead. Discard each conversion once it is stored.
    """
    waiting = iter(sources)
    while window := [(source,) for source in islice(waiting, _WINDOW)]:
        for conversion in with_words(pool, _converted(pool, window, options), options):
            yield _finished(pool, conversion, options)


def convert_together(pool: Workers, sources: Sequence[Source], options: Options) -> Conversion:
    """Join pictures to one document, in the order given; the first names the conversion.

    Raises:
        UnsupportedFormatError: One of them is no picture.
    """
    for source in sources:
        kind = sniff(source.path, source.name)
        if kind.family is not Family.IMAGE:
            raise UnsupportedFormatError(format=kind.label)
    (conversion,) = with_words(pool, _converted(pool, [tuple(sources)], options), options)
    return _finished(pool, conversion, options, sources)


def _finished(pool: Workers, conversion: Conversion, options: Options, sources: Sequence[Source] = ()) -> Conversion:
    """Return *conversion* with what was asked for written down, and the controls of its profile made."""
    record = replace(conversion.record, ocr=options.ocr.value, profile=options.profile.value)
    conversion = replace(conversion, record=record)
    return controlled(pool, conversion, options, sources) if options.profile is Profile.FIDELE else conversion


def _converted(pool: Workers, groups: Sequence[tuple[Source, ...]], options: Options) -> Iterator[Conversion]:
    """Yield the conversions of *groups* in their order; a batch that fails as a whole is done again one by one."""
    jobs, plans = planned(pool, groups, options)
    done: dict[int, Conversion] = {}
    upcoming = 0
    for position, outcome in pool.as_completed([plan.task for plan in plans]):
        numbers = plans[position].numbers
        try:
            products = outcome.value()
        except CoffreError as error:
            for number in numbers:
                again = len(numbers) > 1
                done[number] = (_alone if again else _failed)(pool, jobs[number], options, error)
        else:
            done.update((number, believed(jobs[number], made)) for number, made in zip(numbers, products, strict=True))
        while upcoming in done:
            yield done.pop(upcoming)
            upcoming += 1


def _alone(pool: Workers, job: Job, options: Options, _error: CoffreError) -> Conversion:
    try:
        (product,) = pool.run(single(job, options))
        return believed(job, product)
    except CoffreError as error:
        return _failed(pool, job, options, error)


def _failed(pool: Workers, job: Job, options: Options, error: CoffreError) -> Conversion:
    """Return the conversion that says *error*; of a PDF with its words, which cost little."""
    reason = failed(job, error)
    if job.kind.family is not Family.PDF:
        return reason
    try:
        words = pool.run(words_alone(job, options))
    except CoffreError:
        return reason
    return believed(job, replace(words, reason=reason.reason, remarks=(*reason.remarks, *words.remarks)))
