namespace LlmSpell.Cli.Repl.Completion;

internal enum LuaTokenKind
{
    Name,
    Number,
    Text,
    Symbol,

    /// <summary>A string in quotes whose end is not there yet.</summary>
    OpenText,

    /// <summary>A comment or a long string that reaches to the cursor, where nothing can be completed.</summary>
    OpenOther,
}

/// <summary>A piece of Lua source. Immutable.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">Where it begins.</param>
/// <param name="Text">A name, a symbol, or what a string in quotes stands for.</param>
internal readonly record struct LuaToken(LuaTokenKind Kind, int Start, string Text)
{
    public bool Is(string symbol) => Kind == LuaTokenKind.Symbol && Text == symbol;

    public bool IsName(string name) => Kind == LuaTokenKind.Name && Text == name;
}
