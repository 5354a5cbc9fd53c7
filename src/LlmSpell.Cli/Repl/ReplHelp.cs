namespace LlmSpell.Cli.Repl;

/// <summary>What <c>.help</c> prints.</summary>
internal static class ReplHelp
{
    public const string Text = """
        Type Lua. The values of an expression are printed; _ is the first value printed last. An input that ends in the
        middle of something goes on in the next line. Locals end with their input: leave out "local" for what is to stay.

        Enter        run the input, or begin its next line    Tab          complete names, scopes, keys, backup ids
        Alt-Enter    begin a new line                         Up, Down     earlier inputs that start like this one
        Ctrl-C       give up the input; stop what runs        Ctrl-R       search earlier inputs
        Ctrl-D       leave, on an empty line                  Ctrl-L       clear the screen
        Ctrl-A, -E   start, end of the line                   Alt-B, -F    a word back, forward
        Ctrl-U, -K   delete to the start, end of the line     Ctrl-W, -Y   delete a word, put back what was deleted

        .help        this text
        .exit        leave; so do exit and quit

        What State.save returned for is saved. An input that starts with a blank is left out of the history.
        """;
}
