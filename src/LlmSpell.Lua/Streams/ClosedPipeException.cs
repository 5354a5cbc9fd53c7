namespace LlmSpell.Lua.Streams;

/// <summary>Whoever read our output has gone. Not a failure: the script has nothing more to say to anybody.</summary>
internal sealed class ClosedPipeException(string message, int error) : IOException(message, error);
