using System.Reflection;
using Xunit.v3;

namespace LlmSpell.Testing;

/// <summary>After each test of the assembly: deletes its <see cref="TemporaryFolder"/>s if it passed, else prints where they are.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class DeletesTemporaryFoldersAttribute : BeforeAfterTestAttribute
{
    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        ArgumentNullException.ThrowIfNull(test);
        foreach (string folder in TemporaryFolder.TakeFoldersOf(test.UniqueID))
        {
            TemporaryFolder.DeleteOrKeep(folder);
        }
    }
}
