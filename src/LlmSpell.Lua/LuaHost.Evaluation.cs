using LlmSpell.Lua.Inspection;

namespace LlmSpell.Lua;

/// <content>What an interactive session needs: one input after the other, in the same globals.</content>
public sealed partial class LuaHost
{
    /// <summary>
    /// Runs one input: an expression, whose values come back, or statements. Locals end with their input; the global <c>_</c> keeps the
    /// first value of the last input that had one.
    /// </summary>
    /// <param name="code">Lua source; "= expression" is taken too.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="LuaScriptException">The code is not valid, or raised an error.</exception>
    internal Evaluation Evaluate(string code, string name)
    {
        Evaluation? outcome = null;
        Run(() => outcome = _chunk.Evaluate(code, name, this));
        return outcome!;
    }

    /// <summary>Whether more could make it valid Lua: it ends in the middle of something. Runs nothing.</summary>
    internal bool IsIncomplete(string code)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _chunk.IsIncomplete(code);
    }

    /// <summary>
    /// The names that may follow a path of names, each a field of the one before, in ordinal order; runs no code of scripts. Those of an
    /// empty path are the globals.
    /// </summary>
    internal IReadOnlyList<FieldName> FindFields(IReadOnlyList<string> path, string prefix)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return FieldNames.Find(_state, path, prefix);
    }
}
