using System.Globalization;
using System.Runtime.InteropServices;

namespace LlmSpell.Cli.Hosting;

/// <summary>How many columns the terminal has. <see cref="Console"/> is asked only where asking leaves the terminal's modes alone.</summary>
internal static partial class TerminalWidth
{
    // TIOCGWINSZ on Linux.
    private const nuint GetWindowSize = 0x5413;

    /// <returns>Columns, from <c>COLUMNS</c> or the terminal itself; null where neither says.</returns>
    public static int? OfProcess()
    {
        if (int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), NumberStyles.None, CultureInfo.InvariantCulture, out int columns) && columns > 0)
        {
            return columns;
        }

        if (OperatingSystem.IsWindows())
        {
            return Console.IsOutputRedirected ? null : Console.WindowWidth;
        }

        // Elsewhere ioctl is variadic, and a call of fixed arity goes wrong.
        return OperatingSystem.IsLinux() ? OfDescriptor(1) ?? OfDescriptor(2) : null;
    }

    private static int? OfDescriptor(int descriptor) =>
        ControlDevice(descriptor, GetWindowSize, out WindowSize size) == 0 && size.Columns > 0 ? size.Columns : null;

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int ControlDevice(int descriptor, nuint request, out WindowSize size);

    [StructLayout(LayoutKind.Sequential)]
    private struct WindowSize
    {
        public ushort Rows;
        public ushort Columns;
        public ushort PixelWidth;
        public ushort PixelHeight;
    }
}
