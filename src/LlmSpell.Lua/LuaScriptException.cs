namespace LlmSpell.Lua;

/// <summary>A script failed. The message is what it raised, as a rule with the script's file and line.</summary>
public sealed class LuaScriptException : Exception
{
    internal LuaScriptException(LuaFailureKind kind, string message, string? traceback, Exception? inner)
        : base(message, inner)
    {
        Kind = kind;
        Traceback = traceback;
    }

    /// <summary>How it failed.</summary>
    public LuaFailureKind Kind { get; }

    /// <summary>
    /// Where in the script, innermost call first: lines that start with "stack traceback:". Null for a syntax error and where Lua had no
    /// memory to tell.
    /// </summary>
    public string? Traceback { get; }
}
