namespace LlmSpell.Lua.Calls;

/// <summary>A call from a script failed; the message is for the script as it stands.</summary>
internal sealed class LuaCallException(string message) : Exception(message);
