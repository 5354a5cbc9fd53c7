namespace LlmSpell.Lua.Calls;

/// <summary>A failure as a script was told it.</summary>
/// <param name="Message">What it was told.</param>
/// <param name="Cause">Why; null if the script itself raised it.</param>
/// <param name="Traceback">Where it was raised first, if the host caught it and raised it again.</param>
internal sealed record ReportedFailure(string Message, Exception? Cause, string? Traceback = null)
{
    /// <param name="message">The error that was caught, and is raised again now.</param>
    /// <param name="traceback">Where it was raised first.</param>
    /// <param name="last">The failure that was reported last, which may have been the cause.</param>
    internal static ReportedFailure RaisedAgain(string message, string traceback, ReportedFailure? last)
    {
        bool isCause = last is not null && message.EndsWith(last.Message, StringComparison.Ordinal);
        return new ReportedFailure(message, isCause ? last!.Cause : null, traceback);
    }
}
