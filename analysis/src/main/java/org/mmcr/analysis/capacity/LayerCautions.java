package org.mmcr.analysis.capacity;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mmcr.analysis.capacity.LayerProfile.Layer;

/**
 * An ill-posed case with all layers of a profile in which it occurs.
 *
 * @param name name of the case
 * @param layers names of the layers, each with the class concerned or the number of classes
 * @param text explanation
 */
public record LayerCautions(String name, List<String> layers, String text) {
    /** Returns the cases of a profile, those before pretraining first. */
    public static List<LayerCautions> of(LayerProfile profile) {
        Map<String, LayerCautions> found = new LinkedHashMap<>();
        collect("before", profile.before(), found);
        collect("after", profile.after(), found);
        return List.copyOf(found.values());
    }

    private static void collect(String when, List<Layer> layers, Map<String, LayerCautions> found) {
        Map<String, List<String>> places = new LinkedHashMap<>();
        for (Layer layer : layers) {
            for (CautionNote note : layer.capacity().cautions()) {
                found.computeIfAbsent(note.name(), name -> new LayerCautions(name, new ArrayList<>(), note.text()));
                places.computeIfAbsent(note.name(), name -> new ArrayList<>())
                        .add(layer.layer() + concerned(note.classes()));
            }
        }
        places.forEach((name, where) -> found.get(name).layers().add(when + " in " + String.join(", ", where)));
    }

    private static String concerned(List<String> classes) {
        return switch (classes.size()) {
            case 0 -> "";
            case 1 -> " (" + classes.get(0) + ")";
            default -> " (" + classes.size() + " classes)";
        };
    }

    /** Returns the case in words, its layers and the explanation as one sentence. */
    public String sentence() {
        return name.replace('_', ' ') + " " + String.join("; ", layers) + ": " + text;
    }
}
