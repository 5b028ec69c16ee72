#!/usr/bin/env bash
# Plain English: fails on words and phrases to avoid, and on sentences of more than 30 words where a
# newcomer reads first.
#
#   ci/words.sh            the whole repository
#   ci/words.sh FILE...    some files
#   ci/words.sh --list     what is avoided, and what to write
#
# Words are searched in Markdown, in comments and strings of Rust, in comments of everything else, and in
# the descriptions of manifests. Code is not read, nor is anything between backquotes. Lengths are counted
# in the READMEs and in the texts of errors, where a semicolon ends a sentence, too. Each run first plants
# every phrase in every kind of place, and fails if one is missed or if code is taken for prose.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
if [[ $# == 0 ]]; then
    mapfile -t files < <(git ls-files -- '*.md' '*.rs' '*.sh' '*.py' '*.toml' .ci/run)
    set -- "${files[@]}"
fi
exec perl - "$@" <<'PERL'
use strict;
use warnings;

my $LONGEST = 30; # words in a sentence

# What to avoid | what to write | a sentence that has it.
my @avoided = map {
    my ($pattern, $instead, $example) = map { s/^\s+|\s+$//gr } split / ¦ /;
    { pattern => qr/$pattern/, instead => $instead, example => $example }
} grep { /\S/ && !/^#/ } split /\n/, <<'LIST';
(?:^|(?<=[.!?:;]\s)|(?<=\())Of\b ¦ put the subject first: "For large arrays, .." ¦ Of a large array, the memory costs more.
\b[Hh](?:ang|angs|ung) together\b ¦ "are not independent" ¦ The values hang together.
\b[Ss]o many\b(?! that) ¦ "that many", "n", "this number of" ¦ Every set of so many is as likely.
\bso-manieth\b ¦ "n-th" ¦ It is the so-manieth largest.
\b[Aa]s of\b ¦ "see", "as for", "as in", "version 2.15" ¦ It is as of Orthogonal.
\b[Tt]old\b ¦ "stated", "reported", "distinguished" ¦ The reader is told the index.
\b[Tt]ells? (?:an?|its|the) (?:index|place|number|axis)\b ¦ "reports", "contains" ¦ An error tells the index.
\b[Ww]hat bites\b ¦ "pitfalls", "differences" ¦ This page says what bites.
\b(?:JAX|Flax|Keras|Haiku|statrs|candle|MLX|Caffe|NumPy|Flux)'(?!s) ¦ "JAX's", "Keras's" ¦ It is JAX' default.
\b[Oo]ne's own\b ¦ "a custom .." ¦ Take a layer of one's own.
\b[Ww]herever (?:it|they|he|that) (?:is|are|comes?|came) from\b ¦ "from any source" ¦ An array, wherever it is from, is checked.
\b[Bb]y (?:itself|themselves)\b ¦ "on its own", "alone", "separately", "automatically" ¦ Each part is drawn by itself.
\blooked at\b ¦ "read", "tested", "used", "ignored" for "not looked at" ¦ The last ones are not looked at.
\b(?:is|are|was|be) seen\b ¦ "is detected", "is checked", "is visible" ¦ A fault is seen.
\b[Ff]ound out\b ¦ "is detected" ¦ It is found out while it is drawn.
\b[Tt]he other way (?:round|about)\b ¦ "in the opposite order", "conversely" ¦ PyTorch has them the other way round.
\b[Ff]or (?:all|any) that\b ¦ "nevertheless" ¦ It is right for all that.
\b(?:is|are) asked (?:for|of|by|part)\b ¦ "is called for", "is requested" ¦ The law is asked for.
\b[Pp]uts? out\b ¦ "outputs", "returns" ¦ What a layer puts out is normal.
\b[Hh]as not (?:what|the|its|an?|both|all)\b ¦ "lacks", "does not have" ¦ The weight has not what is needed.
\b(?:[Hh]as|[Hh]ave) (?:its|their) turn\b ¦ "in order" ¦ Layers have their turn.
\b[Aa]s it is asked\b ¦ "on request" ¦ It is drawn as it is asked.
\bto which .{1,30} owe\b ¦ name the source ¦ It is a paper to which frameworks owe theirs.
\b[Ww]hich so\b ¦ "and so", "which then" ¦ It is a factor, which so becomes a parameter.
\b[Tt]hat is what one\b ¦ name the subject ¦ And that is what one cannot do.
\b[Aa]s often rightly\b ¦ "has the accuracy of" ¦ They answer as often rightly as a guess.
\b[Ii]s no more than one\b ¦ "at most one" ¦ The sum is no more than one.
\b[Hh]as to do with\b ¦ "concerns" ¦ It has to do with fans.
\b[Oo]n the whole\b(?! (?:line|array|tensor|weight|shape)) ¦ "in total", "overall" ¦ It is right on the whole.
\b[Aa]nd that alone\b ¦ "only" ¦ It depends on the key, and that alone.
\b[Ss]uch (?:a )?one\b ¦ repeat the noun ¦ A key is needed and such one is made.
\b(?:with|by) a chance of\b ¦ "with probability" ¦ It fails with a chance of 1e-6.
LIST

if ($ARGV[0] eq '--list') {
    printf "%-60s %s\n", $_->{example}, $_->{instead} for @avoided;
    exit;
}

my $found; # what the current scan has found
sub report { my ($place, $what, $sentence) = @_; push @$found, "$place: $what\n    $sentence" }

# A paragraph: its text with lines joined, and where each line begins in it.
sub paragraph {
    my ($file, $lines, $counted) = @_;
    return unless @$lines;
    my ($text, @starts) = ('');
    for (@$lines) {
        my ($number, $line) = @$_;
        $line =~ s{^\s+}{};
        push @starts, [length $text, $number];
        $text .= "$line ";
    }
    my $prose = $text;
    # Code and the targets of links keep their length, so that places stay right.
    $prose =~ s/(``.+?``|`[^`]*`)/'x' x length $1/ge;
    $prose =~ s/(\]\([^)\s]*\))/']' . ' ' x (length($1) - 1)/ge;
    $prose =~ s/[\[\]*_]/ /g;
    my $at = sub {
        my $line = $starts[0][1];
        for (@starts) { $line = $_->[1] if $_->[0] <= $_[0] }
        "$file:$line";
    };
    my $sentence = sub {
        my $copy = $prose;
        my $from = 0;
        while ($copy =~ /[.!?](?=\s)/g) { last if pos($copy) > $_[0]; $from = pos $copy }
        my $piece = substr $text, $from;
        $piece =~ s/^\s+//;
        $piece =~ s/(?<=[.!?])\s.*|\s+$//s;
        substr $piece, 0, 160;
    };
    for my $rule (@avoided) {
        while ($prose =~ /$rule->{pattern}/g) {
            my $place = $-[0];
            report($at->($place), "\"$&\": write $rule->{instead}", $sentence->($place));
        }
    }
    return unless $counted;
    my $from = 0;
    my $end = $counted eq 'error' ? qr/(?<=[.!?;])\)?\s+(?=\S)/ : qr/(?<=[.!?])\)?\s+(?=\S)/;
    for my $piece (split $end, $prose) {
        my $words = () = $piece =~ /[A-Za-z0-9'-]*[A-Za-z0-9]\S*/g;
        my $place = index $prose, $piece, $from;
        report($at->($place), "a sentence of $words words", $sentence->($place)) if $words > $LONGEST;
        $from = $place + length $piece;
    }
}

# Lines of Markdown, numbered: paragraphs, items, cells, and the comments in examples.
sub markdown {
    my ($file, $counted, @lines) = @_;
    my ($fence, @open);
    my $end = sub { paragraph($file, [@open], $counted); @open = () };
    for (@lines) {
        my ($number, $line) = @$_;
        if ($line =~ /^\s*(?:[-*>]\s*)?```(\w*)/) {
            $end->();
            $fence = defined $fence ? undef : $1;
        } elsif (defined $fence) {
            next if $fence =~ /^(?:text|csv|console|ebnf)$/;
            my $mark = $fence =~ /^(?:sh|bash|toml|python|yaml)$/ ? '#' : '//[/!]?';
            if ($line =~ m{(?:^|\s)$mark\s(.*)}) { push @open, [$number, $1] } else { $end->() }
        } elsif ($line =~ /^\s*$/) {
            $end->();
        } elsif ($line =~ /^\s*\|/) {
            $end->();
            paragraph($file, [[$number, $_]], $counted) for split /(?<!\\)\|/, $line;
        } else {
            $end->() if $line =~ s/^\s*(?:[-*>]|\d+\.|#+)\s+//;
            push @open, [$number, $line];
        }
    }
    $end->();
}

sub rust {
    my ($file, $text) = @_;
    my $is_error = $file =~ m{(?:^|/)src/(?:.*/)?error|tests/suite/(?:errors|bad_input|parse|text|limits)};
    my $errors = $is_error ? 'error' : 0;
    my ($number, $last, @open) = (1, 0);
    my ($kind, $indent) = ('', -1);
    my $end = sub { markdown($file, 0, @open); @open = () };
    while ($text =~ m{\G(?:
        (\n[ \t]*)                                # 1: a new line
      | //([/!]?)[ ]?([^\n]*)                     # 2, 3: a comment
      | b?r(\#*)"(.*?)"\4                         # 5: a raw string
      | b?"((?:\\.|[^"\\])*)"                     # 6: a string
      | b?'(?:\\[^']*|[^'\\\n])'(?!\w)            # a character
      | (\w+|.)                                   # anything else
    )}gsx) {
        if (defined $1) {
            $number++;
        } elsif (defined $3) {
            my ($mark, $comment) = ($2, $3);
            $end->() if $number != $last + 1 || $kind ne $mark;
            ($kind, $last) = ($mark, $number);
            push @open, [$number, $comment];
        } elsif (defined $5 || defined $6) {
            my ($whole, $string, $at) = ($&, $5 // $6, $number);
            $number += () = $whole =~ /\n/g;
            $string =~ s/\\\n\s*//g;
            # What is no sentence, such as a name or a format, is no prose.
            next unless $string =~ /[a-z] +[a-z]/;
            $string =~ s/\{[^{}]*\}/{}/g;
            paragraph($file, [[$at, $_]], $errors) for split /\\n|\n/, $string;
        }
    }
    $end->();
}

sub scan {
    my ($file, $text) = @_;
    my $number = 0;
    my @lines = map { [++$number, $_] } split /\n/, $text;
    if ($file =~ /\.md$/) {
        markdown($file, scalar($file =~ /README\.md$/), @lines);
    } elsif ($file =~ /\.rs$/) {
        rust($file, $text);
    } else {
        my @open;
        my $quoted; # in a docstring of Python
        for (@lines, [0, '']) {
            my ($number, $line) = @$_;
            if ($file =~ /\.py$/) {
                my $marks = () = $line =~ /"""/g;
                if ($quoted || $marks) {
                    push @open, [$number, $line =~ s/"""//gr];
                    $quoted = !$quoted if $marks % 2;
                    next;
                }
            }
            push @open, [$number, $1] and next if $line =~ /^description = "(.*)"/;
            if ($line !~ /^#!/ && $line =~ /(?:^|\s)#+ (.*)/) {
                push @open, [$number, $1];
            } else {
                markdown($file, 0, @open);
                @open = ();
            }
        }
    }
    return;
}

# The control: every phrase in every kind of place, a sentence that is too long, and code that is none.
for my $rule (@avoided) {
    my $it = $rule->{example};
    my ($first, $rest) = $it =~ /^(.*) (\S+ \S+)$/;
    my %planted = (
        'a.md' => "# A title\n\nA clean line.\n$it\n",
        'cell.md' => "| a | b |\n|---|---|\n| `x` | $it |\n",
        'example.md' => "```rust\nlet x = 1; // $it\n```\n",
        'docs.rs' => "/// Clean.\n///\n/// - $first\n///   $rest\nfn f() {}\n",
        'inside.rs' => "/// ```\n/// // $it\n/// ```\nfn f() {}\n",
        'comment.rs' => "fn f() {\n    let a = '\"'; // Clean.\n    // $first\n    // $rest\n}\n",
        'string.rs' => "fn f() -> &'static str { \"$first \\\n   $rest\" }\n",
        'a.sh' => "echo 1 # $it\n",
        'a.py' => "def f():\n    \"\"\"$it\"\"\"\n",
        'a.toml' => "# $it\n",
    );
    for (sort keys %planted) {
        $found = [];
        scan($_, $planted{$_});
        next if grep { /\Q: write $rule->{instead}\E/ } @$found;
        die "the control is not found in $_: $it\n";
    }
}
my $long = join(' ', ('word') x ($LONGEST + 1)) . '.';
for (['README.md', "A line.\n$long\n"], ['src/error.rs', "const A: &str = \"$long\";\n"]) {
    $found = [];
    scan(@$_);
    die "a long sentence is not found in $_->[0]\n" unless @$found == 1;
}
$found = [];
scan('README.md', "`as of`\n\n```text\nas of\n```\n\n" . join(' ', ('word') x $LONGEST) . ". Of\n\n" =~ s/ Of//r);
scan('src/a.rs', "fn f<'a>(told: &'a str) -> u8 { let so_many = told == \"told\"; Of(as_of) }\n/// `told`\nstruct Of;\n");
scan('a.sh', "told=\${1#told} as of\n");
die "code is taken for prose:\n@$found\n" if @$found;

$found = [];
for my $file (@ARGV) {
    next if $file eq 'ci/words.sh';
    open my $handle, '<', $file or die "$file: $!\n";
    local $/;
    scan($file, <$handle>);
}
print "$_\n" for @$found;
printf "%s: %d places in %d files\n", @$found ? 'FAILED' : 'PASSED', scalar @$found, scalar @ARGV;
exit(@$found ? 1 : 0);
PERL
