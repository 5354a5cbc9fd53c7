namespace LlmSpell.State.Files;

/// <summary>Why the file system refused, for a message that names the file itself: .NET's own text would name it once more, in its own way.</summary>
internal static class IoReason
{
    /// <summary>Whether the system does not let a file grow (EFBIG, a limit of the process), which .NET words as a mistake of the caller.</summary>
    internal static bool IsTooLarge(Exception cause) => cause is ArgumentOutOfRangeException { ParamName: "value" };

    /// <summary>A clause without a full stop at its end.</summary>
    internal static string Of(Exception cause)
    {
        if (IsTooLarge(cause))
        {
            return "the file would be larger than the file system or this process may have it";
        }

        if (cause is UnauthorizedAccessException)
        {
            return "permission denied";
        }

        // As in "Input/output error : '/x/y'".
        string text = cause.Message.TrimEnd('.');
        int path = text.EndsWith('\'') ? text.IndexOf(" : '", StringComparison.Ordinal) : -1;
        return path > 0 ? text[..path] : text;
    }
}
