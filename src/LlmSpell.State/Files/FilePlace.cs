using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace LlmSpell.State.Files;

/// <summary>
/// Where an open file of a state is, by which it is noticed that somebody moves, replaces or deletes it meanwhile: what is written to it then is
/// not in the state any more that others open. Immutable, thread-safe.
/// </summary>
/// <remarks>On Linux, where the kernel tells it for nearly nothing; elsewhere nothing is noticed.</remarks>
internal sealed class FilePlace
{
    private readonly SafeFileHandle _file;
    private readonly string? _opened;

    internal FilePlace(SafeFileHandle file)
    {
        _file = file;
        _opened = Read();
    }

    /// <summary>Throws if the file is not where it was.</summary>
    /// <param name="state">The state, for the message.</param>
    /// <exception cref="StateStorageException">It is not; the outcome of writes is unknown.</exception>
    internal void Require(string state)
    {
        if (_opened is not null && Read() is { } now && now != _opened)
        {
            throw new StateStorageException(
                $"The state in {state} was moved, replaced or deleted while it was open: {_opened} is now {now}. What was saved meanwhile may be lost.",
                "Start again, and leave the files of a state alone while a program uses it.",
                outcomeUnknown: true);
        }
    }

    private string? Read()
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        bool held = false;
        try
        {
            // Another file could have its number otherwise.
            _file.DangerousAddRef(ref held);
            return new FileInfo(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{_file.DangerousGetHandle()}")).LinkTarget;
        }
        finally
        {
            if (held)
            {
                _file.DangerousRelease();
            }
        }
    }
}
