using LlmSpell.Cli.Repl.Completion;
using LlmSpell.Cli.Repl.Editing;
using static LlmSpell.Cli.Tests.Repl.EditorRun;

namespace LlmSpell.Cli.Tests.Repl;

public sealed class ScreenTests
{
    [Fact]
    public void A_line_longer_than_the_terminal_goes_on_below_and_shrinks_again()
    {
        EditorRun run = new EditorRun(width: 10).Type("abcdefgh");
        Assert.Equal(("> abcdefgh", (1, 0)), (run.Screen, run.Terminal.Cursor));

        run.Type("ijklmnopqrst");
        Assert.Equal(("> abcdefgh\nijklmnopqr\nst", (2, 2)), (run.Screen, run.Terminal.Cursor));

        run.Type(Home, "X");
        Assert.Equal(("> Xabcdefg\nhijklmnopq\nrst", (0, 3)), (run.Screen, run.Terminal.Cursor));

        run.Type("\x0b");
        Assert.Equal(("> X", (0, 3)), (run.Screen, run.Terminal.Cursor));
    }

    [Fact]
    public void A_wide_character_that_does_not_fit_goes_to_the_next_row_whole()
    {
        EditorRun run = new EditorRun(width: 9).Type("日本語日本");
        Assert.Equal(("> 日本語\n日本", (1, 4)), (run.Screen, run.Terminal.Cursor));
        Assert.Equal((1, 0), run.Type(Left, Left).Terminal.Cursor);
        Assert.Equal((0, 6), run.Type(Left).Terminal.Cursor);
    }

    [Fact]
    public void Lines_have_prompts_and_what_cannot_be_seen_is_spelled_out()
    {
        EditorRun run = new EditorRun().Type("\e[200~f(\n\ta\x01\u202e)\e[201~");

        Assert.Equal("> f(\n>>     a^A\\u{202e})", run.Screen);
        Assert.Equal((1, 19), run.Terminal.Cursor);
    }

    [Fact]
    public void Text_taller_than_the_terminal_shows_the_rows_around_the_cursor()
    {
        EditorRun run = new EditorRun(height: 3).Type("(1\r2\r3\r4\r5");
        Assert.Equal(">> 3\n>> 4\n>> 5", run.Screen);

        run.Type(Up, Up, Up, Up);
        Assert.Equal(("> (1", (0, 3)), (run.Screen.Split('\n')[0], run.Terminal.Cursor));
    }

    [Fact]
    public void Each_input_stays_above_the_next_one()
    {
        EditorRun run = new EditorRun().Type("f(\r1)", Up, "\r");
        run.Next();

        Assert.Equal("> f(\n>> 1)\n> x", run.Type("x").Screen);
    }

    [Fact]
    public void What_is_written_above_stays_and_the_view_follows_below()
    {
        var terminal = new TerminalEmulator(20, 8);
        var screen = new Screen();
        var view = new EditView("> ", ">> ", "ab\ncd", 1);
        terminal.Send("before\r\n");
        terminal.Send(screen.Draw(view, 20, 8));
        terminal.Send(screen.WriteAbove(["one", "two"], 20));
        terminal.Send(screen.Draw(view, 20, 8));

        Assert.Equal(("before\none\ntwo\n> ab\n>> cd", (3, 3)), (terminal.Text, terminal.Cursor));
    }

    [Fact]
    public void Clearing_puts_the_view_at_the_top()
    {
        var terminal = new TerminalEmulator(20, 8);
        var screen = new Screen();
        var view = new EditView("> ", ">> ", "ab", 2);
        terminal.Send("before\r\n");
        terminal.Send(screen.Draw(view, 20, 8));
        terminal.Send(screen.Clear());
        terminal.Send(screen.Draw(view, 20, 8));

        Assert.Equal(("> ab", (0, 4)), (terminal.Text, terminal.Cursor));
    }

    [Fact]
    public void Random_editing_always_shows_the_text_and_the_cursor_where_it_is()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        string[] keys = ["a", "日", "e\u0301", "(", ")", "\r", "\t", Left, Right, Up, Down, Home, End, Backspace, Delete, WordLeft, "\x0b", "\x15", "\x17", "\x19", "\x12"];
        for (int round = 0; round < 40; round++)
        {
            int width = random.Next(7, 30);
            var run = new EditorRun(width, height: 60, history: ["one", "(\n)"]);
            for (int step = 0; step < 60; step++)
            {
                run.Type(keys[random.Next(keys.Length)]);
                if (run.Screen.StartsWith("> ", StringComparison.Ordinal))
                {
                    // The screen of a new terminal that was sent nothing but this text.
                    var fresh = new TerminalEmulator(width, 60);
                    int cursor = run.Marked.IndexOf('|', StringComparison.Ordinal);
                    fresh.Send(new Screen().Draw(new EditView("> ", ">> ", run.Text, cursor), width, 60));
                    Assert.True(
                        (fresh.Text, fresh.Cursor) == (run.Screen, run.Terminal.Cursor),
                        $"seed {seed}, round {round}, step {step}:\n{fresh.Text}\n{fresh.Cursor} expected, but\n{run.Screen}\n{run.Terminal.Cursor}");
                    Assert.Equal(Typed(run.Text), Typed(run.Screen));
                }
            }
        }
    }

    [Theory]
    [InlineData(20, "alpha  beta\nb      gamma")]
    [InlineData(10, "alpha\nb\nbeta\ngamma")]
    [InlineData(40, "alpha  b  beta  gamma")]
    public void Candidates_stand_in_columns_that_fit(int width, string expected)
    {
        var completion = new Completion(0, [new Candidate("alpha"), new Candidate("b"), new Candidate("beta"), new Candidate("gamma")]);
        IReadOnlyList<string> lines = CandidateColumns.Lines(completion, width);

        Assert.Equal(Squeezed(expected), Squeezed(string.Join('\n', lines)));
        Assert.All(lines, line => Assert.InRange(line.Length, 1, width));
    }

    private static string Squeezed(string text) =>
        string.Join('\n', text.Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))));

    // Without prompts, and blanks, which a screen does not show at the end of a line.
    private static string Typed(string text) => string.Concat(text.Where(character => character is not ('>' or ' ' or '\n')));
}
