using System.Runtime.InteropServices;

namespace LlmSpell.Cli.Hosting;

/// <summary>Columns and rows of a Unix terminal, as it says itself.</summary>
internal static unsafe partial class WindowSize
{
    private static readonly nuint Ask = OperatingSystem.IsLinux() ? 0x5413u : 0x40087468u; // TIOCGWINSZ

    // Apple's arm64 passes variadic arguments in another way than others.
    private static bool IsVariadicCallSafe => !OperatingSystem.IsMacOS() || RuntimeInformation.ProcessArchitecture != Architecture.Arm64;

    /// <returns>Zero for what the terminal does not know; null if the descriptor is none, or cannot be asked.</returns>
    public static (int Columns, int Rows)? Of(int descriptor)
    {
        Native size = default;
        return IsVariadicCallSafe && Control(descriptor, Ask, &size) == 0 ? (size.Columns, size.Rows) : null;
    }

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int Control(int descriptor, nuint request, Native* size);

#pragma warning disable CS0649 // The kernel writes them.
    private struct Native
    {
        internal ushort Rows;
        internal ushort Columns;
        internal ushort PixelWidth;
        internal ushort PixelHeight;
    }
#pragma warning restore CS0649
}
