using LlmSpell.Cli.Repl.Completion;
using LlmSpell.Cli.Repl.Editing;
using static LlmSpell.Cli.Tests.Repl.EditorRun;

namespace LlmSpell.Cli.Tests.Repl;

public sealed class LineEditorTests
{
    [Theory]
    [InlineData("ab|", "ab")]
    [InlineData("aXb|c", "abc", Left, Left, "X", Right)]
    [InlineData("|abc", "abc", "\x01")]
    [InlineData("abc|", "abc", Home, "\x05")]
    [InlineData("|abc", "abc", Home, Left)]
    [InlineData("abc|", "abc", Right)]
    [InlineData("ab|", "abc", Backspace)]
    [InlineData("|bc", "abc", Home, Delete)]
    [InlineData("|bc", "abc", Home, "\x04")]
    [InlineData("one two.|three", "one two.three", WordLeft)]
    [InlineData("one |two.three", "one two.three", "\eb", "\eb")]
    [InlineData("one two|.three", "one two.three", Home, WordRight, "\ef")]
    [InlineData("one |", "one two.three", "\x17")]
    [InlineData("one two.|", "one two.three", "\e\x7f")]
    [InlineData("one |.three", "one two.three", "\x01", WordRight, Right, "\ed")]
    [InlineData("|three", "one three", Left, Left, Left, Left, Left, "\x15")]
    [InlineData("one| ", "one ", Left, "\x0b", " ", Left)]
    [InlineData("ba|", "ab", Left, Left, "\x0b", "b", "\x19", Backspace)]
    [InlineData("one two |", "one two ", "\x17", "\x17", "\x19")]
    public void Keys_edit_as_they_do_in_a_shell(string expected, params string[] keys)
    {
        Assert.Equal(expected, new EditorRun().Type(keys).Marked);
    }

    [Theory]
    [InlineData("e\u0301")]
    [InlineData("日")]
    [InlineData("👍🏽")]
    [InlineData("𝒳")]
    public void A_character_of_several_code_points_is_passed_and_deleted_as_one(string character)
    {
        Assert.Equal($"a|{character}b", new EditorRun().Type($"a{character}b", Left, Left).Marked);
        Assert.Equal($"a{character}|b", new EditorRun().Type($"a{character}b", Home, Right, Right).Marked);
        Assert.Equal("a|b", new EditorRun().Type($"a{character}b", Left, Backspace).Marked);
    }

    [Fact]
    public void Bytes_of_one_character_may_come_one_by_one()
    {
        EditorRun run = new();
        foreach (byte value in "日\e[D"u8.ToArray())
        {
            run.Send([value]);
        }

        Assert.Equal("|日", run.Marked);
    }

    [Fact]
    public void A_lone_escape_does_nothing_and_a_key_that_no_one_knows_neither()
    {
        EditorRun run = new EditorRun().Type("a", "\e").Pause().Type("\e[99~", "\e[15;2~", "\eOP", "b");

        Assert.Equal("ab|", run.Marked);
    }

    [Fact]
    public void Enter_ends_a_whole_input_and_begins_a_line_in_another()
    {
        EditorRun run = new EditorRun().Type("f(\r");
        Assert.Equal((EditResult.Continue, "f(\n|"), (run.Last, run.Marked));

        run.Type("1)", Left, "\r");

        Assert.Equal((EditResult.Submit, "f(\n1)"), (run.Last, run.Text));
    }

    [Fact]
    public void Alt_Enter_begins_a_line_in_any_input()
    {
        Assert.Equal("a\n|", new EditorRun().Type("a", AltEnter).Marked);
    }

    [Fact]
    public void Up_and_down_move_between_the_lines_of_an_input()
    {
        EditorRun run = new EditorRun(history: "older").Type("f(abc\r", "日本\r", "x", Up, Up);
        Assert.Equal("f|(abc\n日本\nx", run.Marked);

        Assert.Equal("f(abc\n日本|\nx", run.Type(Right, Right, Right, Down).Marked);
    }

    [Fact]
    public void A_paste_of_several_lines_is_inserted_and_not_run()
    {
        EditorRun run = new EditorRun().Type("\e[200~a = 1\r\nb = 2\rc\n\e[2", "01~");

        Assert.Equal((EditResult.Continue, "a = 1\nb = 2\nc\n"), (run.Last, run.Text));
        Assert.Equal(EditResult.Submit, run.Type("\r").Last);
    }

    [Fact]
    public void Ctrl_C_gives_up_and_Ctrl_D_leaves_only_where_nothing_stands()
    {
        Assert.Equal(EditResult.Discard, new EditorRun().Type("abc\x03").Last);
        Assert.Equal(EditResult.Continue, new EditorRun().Type("abc\x04").Last);
        Assert.Equal(EditResult.Leave, new EditorRun().Type("\x04").Last);
        Assert.Equal(EditResult.Suspend, new EditorRun().Type("\x1a").Last);
    }

    [Fact]
    public void Up_goes_through_the_inputs_that_start_as_the_text_does()
    {
        EditorRun run = new EditorRun(history: ["print(1)", "x = 1", "print(2)", "y"]).Type("pr", Up);
        Assert.Equal("print(2)|", run.Marked);
        Assert.Equal("print(1)|", run.Type(Up).Marked);
        Assert.Equal("print(1)|", run.Type(Up).Marked);
        Assert.Equal("print(2)|", run.Type(Down).Marked);
        Assert.Equal("pr|", run.Type(Down).Marked);
        Assert.Equal("pr|", run.Type(Down).Marked);
    }

    [Fact]
    public void Up_from_nothing_goes_through_all_inputs_and_edits_begin_anew()
    {
        EditorRun run = new EditorRun(history: ["one", "f(\n1)", "three"]).Type(Up, Up);
        Assert.Equal("f(\n1)|", run.Marked);
        Assert.Equal("one|", run.Type(Up).Marked);
        Assert.Equal("f(\n|1) ", run.Type(Down, " ", Home).Marked);
        Assert.Equal("|f(\n1) ", run.Type(Up).Marked);
    }

    [Fact]
    public void Ctrl_R_finds_the_newest_input_that_contains_the_query_and_then_older_ones()
    {
        EditorRun run = new EditorRun(history: ["State.load(1)", "x = 1", "State.save(2)"]).Type("draft", "\x12", "state");
        Assert.Equal("|State.save(2)", run.Marked);
        Assert.Equal("(search: state) State.save(2)", run.Screen);
        Assert.Equal("|State.load(1)", run.Type("\x12").Marked);
        Assert.Equal("(not found: statex) State.load(1)", run.Type("x").Screen);
        Assert.Equal("State.save|(2)", run.Type(Backspace, Backspace, Backspace, Backspace, Backspace, Backspace, "s", "a", WordRight).Marked);
        Assert.Equal("State.save(2)", run.Text);
    }

    [Fact]
    public void A_search_that_is_given_up_brings_back_what_stood_there()
    {
        Assert.Equal("dra|ft", new EditorRun(history: "x = 1").Type("draft", Left, Left, "\x12", "x", "\x03").Marked);
        Assert.Equal("dra|ft", new EditorRun(history: "x = 1").Type("draft", Left, Left, "\x12", "x", "\x07").Marked);
    }

    [Fact]
    public void Enter_in_a_search_runs_what_was_found()
    {
        EditorRun run = new EditorRun(history: "x = 1").Type("\x12", "x", "\r");

        Assert.Equal((EditResult.Submit, "x = 1"), (run.Last, run.Text));
    }

    [Fact]
    public void Tab_inserts_the_only_candidate_with_its_end()
    {
        EditorRun run = new EditorRun(complete: text => new Completion(2, [new Candidate("alpha", "\"")])).Type("x(a)", Left, "\t");

        Assert.Equal("x(alpha\"|)", run.Marked);
        Assert.Null(run.Listing);
    }

    [Fact]
    public void Tab_inserts_what_candidates_have_in_common_and_lists_them()
    {
        EditorRun run = new EditorRun(complete: text => new Completion(0, [new Candidate("table"), new Candidate("tables")])).Type("t\t");

        Assert.Equal("table|", run.Marked);
        Assert.Equal(["table", "tables"], run.Listing!.Candidates.Select(candidate => candidate.Text));
        Assert.Null(run.Type("x").Listing);
    }

    [Fact]
    public void Tab_at_the_start_of_a_further_line_indents_it()
    {
        Assert.Equal("f(\n  |", new EditorRun(complete: _ => new Completion(0, [new Candidate("no")])).Type("f(\r\t").Marked);
    }
}
