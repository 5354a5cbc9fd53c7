namespace LlmSpell.Cli.Repl.Completion;

/// <summary>What stands before the cursor and asks to be completed. Immutable.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="Prefix">What is there of it.</param>
internal abstract record CompletionTarget(int Start, string Prefix)
{
    /// <summary>What the end of the text asks for; null if that is nothing we know.</summary>
    public static CompletionTarget? Find(string text)
    {
        IReadOnlyList<LuaToken> tokens = LuaScanner.Scan(text);
        return tokens switch
        {
            [.., { Kind: LuaTokenKind.OpenOther }] => null,
            [.., { Kind: LuaTokenKind.OpenText } open] => Argument(tokens, open, text),
            _ => Name(tokens, text),
        };
    }

    /// <summary>A string in a call of one of State's functions: <c>State.NAME("…</c> or <c>State.NAME("…", "…</c>.</summary>
    private static ArgumentTarget? Argument(IReadOnlyList<LuaToken> tokens, LuaToken open, string text)
    {
        int place = tokens.Count - 2;
        string? scope = null;
        if (place >= 1 && tokens[place].Is(",") && tokens[place - 1].Kind == LuaTokenKind.Text)
        {
            scope = tokens[place - 1].Text;
            place -= 2;
        }

        bool isCall = place >= 3 && tokens[place].Is("(") && tokens[place - 1].Kind == LuaTokenKind.Name && tokens[place - 2].Is(".")
            && tokens[place - 3].IsName("State") && (place == 3 || !tokens[place - 4].Is("."));
        return isCall ? new ArgumentTarget(open.Start + 1, open.Text, tokens[place - 1].Text, scope, text[open.Start]) : null;
    }

    /// <summary>A name, perhaps with names and dots before it.</summary>
    private static NameTarget? Name(IReadOnlyList<LuaToken> tokens, string text)
    {
        int place = tokens.Count - 1;
        string prefix = "";
        if (place >= 0 && tokens[place].Kind == LuaTokenKind.Name && tokens[place].Start + tokens[place].Text.Length == text.Length)
        {
            prefix = tokens[place--].Text;
        }
        else if (place >= 0 && tokens[place].Kind == LuaTokenKind.Number)
        {
            return null;
        }

        bool isMethod = place >= 0 && tokens[place].Is(":");
        List<string> path = [];
        while (place >= 0 && (tokens[place].Is(".") || (isMethod && path.Count == 0 && tokens[place].Is(":"))))
        {
            if (place == 0 || tokens[place - 1].Kind != LuaTokenKind.Name)
            {
                return null;
            }

            path.Insert(0, tokens[place - 1].Text);
            place -= 2;
        }

        return new NameTarget(text.Length - prefix.Length, prefix, path, isMethod);
    }
}

/// <summary>A name of a global or a field.</summary>
internal sealed record NameTarget(int Start, string Prefix, IReadOnlyList<string> Path, bool IsMethod) : CompletionTarget(Start, Prefix);

/// <summary>A string that is an argument of a function of State.</summary>
/// <param name="Start">Where its content begins.</param>
/// <param name="Prefix">What is there of it.</param>
/// <param name="Function">The function.</param>
/// <param name="Scope">The argument before it; null if it is the first.</param>
/// <param name="Quote">The quotation mark.</param>
internal sealed record ArgumentTarget(int Start, string Prefix, string Function, string? Scope, char Quote) : CompletionTarget(Start, Prefix);
