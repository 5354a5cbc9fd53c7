using LlmSpell.Testing;

namespace LlmSpell.Cli.Tests;

internal static class TestFiles
{
    /// <summary>Writes a text file in the folder, making folders on the way.</summary>
    /// <returns>Its path.</returns>
    public static string Write(this TemporaryFolder folder, string name, string text)
    {
        string file = folder[name];
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return file;
    }
}
