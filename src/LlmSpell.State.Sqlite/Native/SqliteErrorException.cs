using System.Globalization;

namespace LlmSpell.State.Sqlite.Native;

/// <summary>
/// What SQLite said, as the cause inside the <see cref="StateException"/> that a caller sees.
/// </summary>
internal sealed class SqliteErrorException : Exception
{
    internal SqliteErrorException(int extendedCode, string sqliteMessage, int systemError)
        : base(string.Create(
            CultureInfo.InvariantCulture,
            $"{sqliteMessage} (SQLite result code {extendedCode}{Errno(systemError)}; see https://sqlite.org/rescode.html)"))
    {
        ExtendedCode = extendedCode;
        SystemError = systemError;
    }

    /// <summary>SQLite's extended result code.</summary>
    internal int ExtendedCode { get; }

    /// <summary>The system's own number for what went wrong; 0 if it was not the system.</summary>
    internal int SystemError { get; }

    /// <summary>SQLite's primary result code, which is one of <see cref="ResultCode"/>.</summary>
    internal int Code => ResultCode.Primary(ExtendedCode);

    private static string Errno(int systemError) =>
        systemError == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", errno {systemError}");
}
