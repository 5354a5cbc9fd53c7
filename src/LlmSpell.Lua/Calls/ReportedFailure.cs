namespace LlmSpell.Lua.Calls;

/// <summary>A failure as a script was told it.</summary>
internal sealed record ReportedFailure(string Message, Exception Cause);
