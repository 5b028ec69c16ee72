"""``python -m fanin``: what there is, and what would be drawn."""

import argparse
import sys

import fanin


def main(arguments=None) -> int:
    parser = argparse.ArgumentParser(prog="python -m fanin", description="Weight initialisation.")
    parser.add_argument("--version", action="version", version=f"fanin {fanin.__version__}")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("schemes", help="the schemes, with their arguments and the names that frameworks have")
    commands.add_parser("recipes", help="the recipes that come with the package")
    describe = commands.add_parser(
        "describe", help="what a scheme draws for a shape", epilog="example: python -m fanin describe he_normal 256 784"
    )
    describe.add_argument("scheme", help="as he_normal.scaled(0.5)")
    describe.add_argument("shape", nargs="+", type=int, help="the lengths of the axes")
    describe.add_argument("--reading", help='how the shape is read, as "i o"')
    plan = commands.add_parser("plan", help="the table of the model that a recipe describes")
    plan.add_argument("recipe", help="a name, or a file that ends in .toml")
    plan.add_argument("--seed", type=int, default=0)
    given = parser.parse_args(arguments)
    try:
        if given.command == "schemes":
            for _, usage, meaning, aliases in fanin.names():
                print(f"{usage}\n    {meaning}")
                for alias, origin in aliases:
                    print(f"    also {alias}: {origin}")
        elif given.command == "recipes":
            print("\n".join(fanin.recipes()))
        elif given.command == "describe":
            print(fanin.Scheme(given.scheme).describe(given.shape, reading=given.reading))
        else:
            recipe = fanin.Recipe(given.recipe)
            print(recipe.plan(fanin.Key(given.seed), recipe.parameters()).table())
    except (OSError, ValueError) as error:
        print(f"python -m fanin: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
