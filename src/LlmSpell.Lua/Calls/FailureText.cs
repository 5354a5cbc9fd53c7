using LlmSpell.State;

namespace LlmSpell.Lua.Calls;

/// <summary>Words a failure for a script.</summary>
internal static class FailureText
{
    internal static string Of(Exception failure) => failure switch
    {
        LuaArgumentException or LuaCallException or IOException => failure.Message,
        StateException { Hint: { } hint } => $"{failure.Message.TrimEnd('.')}. {hint}",
        StateException => failure.Message,
        OutOfMemoryException => "not enough memory",
        _ => $"internal error ({failure.GetType().Name}): {failure.Message}",
    };
}
