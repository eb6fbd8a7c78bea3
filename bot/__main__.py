"""The command line. Each command lives in ``bot/commands``, imported when it runs: ``--help`` is quick."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.errors import SettingsError

cli = typer.Typer(
    name="labas", help="Labas, a public-health assistant for Morocco.", no_args_is_help=True, add_completion=False,
    pretty_exceptions_enable=False,
)  # fmt: skip
nlu = typer.Typer(help="The model that understands: train it, measure it, serve it.", no_args_is_help=True)
facilities = typer.Typer(help="The directory of health facilities.", no_args_is_help=True)
db = typer.Typer(help="The database.", no_args_is_help=True)
staff = typer.Typer(help="People who may sign in to the console.", no_args_is_help=True)
dev = typer.Typer(help="For those who work on Labas, or want to try it without an account.", no_args_is_help=True)
protocols = typer.Typer(help="The health protocols: check them, draw them, print every path.", no_args_is_help=True)
cli.add_typer(protocols, name="protocols")
cli.add_typer(nlu, name="nlu")
cli.add_typer(facilities, name="facilities")
cli.add_typer(db, name="db")
cli.add_typer(staff, name="staff")
cli.add_typer(dev, name="dev")
whatsapp = typer.Typer(help="The WhatsApp channel.", no_args_is_help=True)
templates = typer.Typer(help="Messages that Meta must know before they may go out.", no_args_is_help=True)
cli.add_typer(whatsapp, name="whatsapp")
whatsapp.add_typer(templates, name="templates")

Now = Annotated[str | None, typer.Option("--now", metavar="ISO", help="Take this moment as now (local time).")]


@cli.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
) -> None:
    """Run everything: web chat, console, webhooks, scheduler, NLU."""
    from bot.commands.serve import run

    raise typer.Exit(run(host, port))


@cli.command()
def chat(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a reply.")] = False,
    person: Annotated[str | None, typer.Option(metavar="NAME", help="Keep talks apart by name.")] = None,
    now: Now = None,
    channel: Annotated[
        str, typer.Option(help="Render within the limits of terminal, telegram, whatsapp or web.")
    ] = "terminal",
    record: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the talk down as a golden talk.")] = None,
) -> None:
    """Talk in the terminal; a line "#2" taps the second choice of the last reply."""
    from bot.commands.chat import run

    raise typer.Exit(run(as_json=as_json, person=person, now=now, channel=channel, record=record))


@cli.command()
def parse(
    model: Annotated[Path | None, typer.Option(help="Read with this model instead of the current one.")] = None,
    now: Now = None,
) -> None:
    """Read texts, one a line, and print what was understood, one JSON object a line."""
    from bot.commands.reading import parse as run

    raise typer.Exit(run(model, now))


@cli.command()
def when(now: Now = None) -> None:
    """Read dates and hours in texts, one a line (or JSON lines {"text", "now"}); needs no model."""
    from bot.commands.reading import when as run

    raise typer.Exit(run(now))


@cli.command()
def vaccines(
    birth: Annotated[str | None, typer.Option(metavar="DATE", help="The child's birth date.")] = None,
    sex: Annotated[str | None, typer.Option(metavar="f|m", help="f for a girl, m for a boy.")] = None,
    given: Annotated[
        list[str] | None,
        typer.Option(metavar="DOSE@DATE", help="A dose given, such as PENTA-2@2026-06-15 or PENTA@2026-06-15; repeat."),
    ] = None,
    on: Annotated[str | None, typer.Option(metavar="DATE", help="Seen on this day; today when not told.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Every dose of a child's vaccine calendar: given, due, to come; and what the next visit can give."""
    from bot.commands.vaccines import run

    raise typer.Exit(run(birth, sex, given or [], on, as_json=as_json))


@cli.command()
def simulate(
    days: Annotated[int, typer.Option(min=1, max=400, help="How many days to look ahead.")] = 30,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    now: Now = None,
) -> None:
    """Turn the clock forward on a copy of the data and print, day by day, what would be sent; nothing is."""
    from bot.commands.simulate import run

    raise typer.Exit(run(days, now, as_json=as_json))


@cli.command()
def doctor() -> None:
    """Check settings, zone data, disk, NLU and database, and say what to do."""
    from bot.commands.doctor import run

    raise typer.Exit(run())


@cli.command()
def status(
    hours: Annotated[int, typer.Option(min=1, max=168, help="How many hours to look back.")] = 24,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """How well messages are handed over: in time, unknown, failed by class; what waits, and why."""
    from bot.commands.status import run

    raise typer.Exit(run(hours, as_json=as_json))


@nlu.command("train")
def nlu_train(
    data: Annotated[Path | None, typer.Option(metavar="DIR", help="Folder of Rasa YAML; default: nlu/data.")] = None,
    out: Annotated[Path | None, typer.Option(metavar="MODEL", help="Where the model is written.")] = None,
) -> None:
    """Train a model, on our examples or on a folder of one's own."""
    from bot.commands.models import train

    raise typer.Exit(train(data, out))


@nlu.command("serve")
def nlu_serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port; 0 takes a free one.")] = 5005,
    model: Annotated[Path | None, typer.Option(help="Model to serve; default: the one that fits the data.")] = None,
) -> None:
    """Serve the model alone, for several bots or another machine (token: LABAS_NLU_TOKEN)."""
    from bot.commands.models import serve as run

    raise typer.Exit(run(host, port, model))


@nlu.command("evaluate")
def nlu_evaluate(
    model: Annotated[Path | None, typer.Option(help="Measure this model instead of the one that is served.")] = None,
    sets: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Sentences to measure on; default: the frozen sets in tests/nlu.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a page with charts.")] = None,
    write_misses: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write down what was read wrong, one line a sentence.")
    ] = None,
) -> None:
    """Measure how well the model reads sentences it was not trained on."""
    from bot.commands.evaluation import run

    raise typer.Exit(run(model, sets, html, write_misses, as_json=as_json))


@nlu.command("list")
def nlu_list(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a model.")] = False,
) -> None:
    """The models that are here: when each was trained, how well it did, and which one is served."""
    from bot.commands.models import show

    raise typer.Exit(show(as_json=as_json))


@nlu.command("promote")
def nlu_promote(
    model: Annotated[str, typer.Argument(metavar="ID|FILE", help="A model of the list, or a file to import first.")],
) -> None:
    """Have this model served, whatever the training sentences are, from the next start on."""
    from bot.commands.models import promote

    raise typer.Exit(promote(model))


@nlu.command("rollback")
def nlu_rollback() -> None:
    """Go back to what was served before the last promotion."""
    from bot.commands.models import rollback

    raise typer.Exit(rollback())


@nlu.command("import")
def nlu_import(file: Path) -> None:
    """Take over a model from elsewhere, after checking what is in the file."""
    from bot.commands.models import import_file

    raise typer.Exit(import_file(file))


@nlu.command("export")
def nlu_export(
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where it is written.")],
    model: Annotated[str | None, typer.Argument(metavar="[ID]", help="Default: the one that is served.")] = None,
) -> None:
    """Write a model to a file, to be imported elsewhere."""
    from bot.commands.models import export

    raise typer.Exit(export(model, out))


@facilities.command("import")
def facilities_import(file: Path) -> None:
    """Read facilities from a CSV file; every bad row is named by line and nothing is half imported."""
    from bot.commands.directory import import_file

    raise typer.Exit(import_file(file))


@facilities.command("template")
def facilities_template() -> None:
    """Print an example of the CSV file, with its header."""
    from bot.commands.directory import template

    raise typer.Exit(template())


@protocols.command("check")
def protocols_check(
    path: Annotated[Path | None, typer.Argument(help="A folder, or one file; default: all protocols of Labas.")] = None,
) -> None:
    """Refuse protocols that a person could be hurt by; each fault with file and line."""
    from bot.commands.protocols import check

    raise typer.Exit(check(path))


@protocols.command("draw")
def protocols_draw(
    protocol: Annotated[str, typer.Argument(metavar="ID")],
    out: Annotated[str, typer.Option(metavar="txt|mermaid|svg", help="Form of the picture.")] = "txt",
    language: Annotated[str, typer.Option(help="Language of the words.")] = "fr",
) -> None:
    """Draw the questions of one protocol and where each answer leads."""
    from bot.commands.protocols import draw

    raise typer.Exit(draw(protocol, out, language))


@protocols.command("table")
def protocols_table(
    protocol: Annotated[str, typer.Argument(metavar="ID")],
    as_csv: Annotated[bool, typer.Option("--csv", help="For a spreadsheet.")] = False,
    language: Annotated[str, typer.Option(help="Language of the words.")] = "fr",
) -> None:
    """Print every path of one protocol, for a clinician to review and sign."""
    from bot.commands.protocols import table

    raise typer.Exit(table(protocol, language, as_csv=as_csv))


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the database to the current form."""
    from bot.commands.directory import upgrade

    raise typer.Exit(upgrade())


@staff.command("add")
def staff_add(
    login: Annotated[str, typer.Argument(help="The name to sign in with.")],
    role: Annotated[str, typer.Option(help="worker, admin or auditor.")] = "worker",
    facility: Annotated[str | None, typer.Option(help="Code of the facility the person works at.")] = None,
) -> None:
    """Let somebody sign in; the password is asked for, or read from standard input."""
    from bot.commands.accounts import add

    raise typer.Exit(add(login, role, facility))


@dev.command("platforms")
def dev_platforms(
    port: Annotated[
        int, typer.Option(min=0, max=65533, help="Port of the phone pages; the platforms take the next two.")
    ] = 8090,
    labas: Annotated[
        str | None, typer.Option(metavar="URL", help="Where Labas listens; default: port LABAS_PORT of this machine.")
    ] = None,
    with_labas: Annotated[bool, typer.Option("--with-labas", help="Start Labas, too.")] = False,
) -> None:
    """A Telegram and a WhatsApp on this machine, with a phone page for each: try Labas without an account."""
    from bot.commands.dev import run

    raise typer.Exit(run(port, labas, with_labas=with_labas))


@templates.command("list")
def templates_list(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array, with texts and placeholders.")] = False,
) -> None:
    """Every template in every language, and what Meta thinks of it, as far as we know."""
    from bot.commands.whatsapp import show

    raise typer.Exit(show(as_json=as_json))


@templates.command("submit")
def templates_submit(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="Default: all of them.")] = None,
) -> None:
    """Hand in to Meta what it does not have yet, or has in other words."""
    from bot.commands.whatsapp import submit

    raise typer.Exit(submit(names or []))


@templates.command("sync")
def templates_sync() -> None:
    """Ask Meta what became of the templates; what waited for one goes out."""
    from bot.commands.whatsapp import synchronise

    raise typer.Exit(synchronise())


@templates.command("accept")
def templates_accept(name: str) -> None:
    """Agree to the category into which Meta moved a template, and send with it again."""
    from bot.commands.whatsapp import accept

    raise typer.Exit(accept(name))


def _failures() -> tuple[type[Exception], ...]:
    """Errors that end a command with a sentence; their folders are heavy, and most commands end well."""
    from nlu.errors import NluError
    from store.errors import KeysError, StoreError

    return StoreError, KeysError, NluError


def main() -> None:
    """Run a command; exit codes: 0 done, 1 failed, 2 wrong usage."""
    try:
        cli()
    except SystemExit:
        raise  # how every command ends; told first, so that the errors below are imported only when there is one
    except SettingsError as error:
        print(f"labas: {error}", file=sys.stderr)
        sys.exit(2)
    except _failures() as error:
        print(f"labas: {error}", file=sys.stderr)
        sys.exit(1)
    except OSError as error:
        # A folder that cannot be made or written, a port that is taken: the system's own sentence says which.
        print(f"labas: {error.strerror or error}{f' ({error.filename})' if error.filename else ''}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
