using System.Text;
using LlmSpell.Testing;

namespace LlmSpell.Lua.Tests;

internal static class ScriptFiles
{
    internal static string Write(this TemporaryFolder folder, string name, string content) => folder.Write(name, Encoding.UTF8.GetBytes(content));

    internal static string Write(this TemporaryFolder folder, string name, byte[] content)
    {
        string path = folder[name];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }
}
